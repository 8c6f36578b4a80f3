import { createHash, timingSafeEqual } from 'node:crypto';
import { Caller, roles, type Role } from './caller.js';

/** Who holds a key. Of the key itself only its SHA-256 is known. */
export interface ApiKey {
  /** For the role `customer` it is the customer's id. */
  readonly name: string;
  readonly hash: Buffer;
  readonly role: Role;
}

const line = /^([\x21-\x7e]{1,64}?):([0-9a-f]{64})(?::(customer|admin))?$/i;

/** True when every entry is `name:sha256[:role]` and no key stands for two callers. */
export function isApiKeys(text: string): boolean {
  const entries = entriesOf(text);
  const hashes = new Set(entries.map((entry) => line.exec(entry)?.[2]?.toLowerCase()));
  return entries.every((entry) => line.test(entry)) && hashes.size === entries.length;
}

/** Entries by commas or lines; a line that begins with `#` is a remark. The role is `customer` unless it is said. */
export function apiKeysIn(text: string): ApiKey[] {
  return entriesOf(text).flatMap((entry) => {
    const [, name, hash, role = roles.customer] = line.exec(entry) ?? [];
    return name && hash ? [{ name, hash: Buffer.from(hash, 'hex'), role: role.toLowerCase() as Role }] : [];
  });
}

const entriesOf = (text: string): string[] =>
  text
    .split('\n')
    .filter((each) => !each.trim().startsWith('#'))
    .flatMap((each) => each.split(','))
    .map((entry) => entry.trim())
    .filter(Boolean);

/** Compares with all, each in constant time: how long it takes tells nothing of the keys. */
export function callerWith(presented: string, keys: readonly ApiKey[]): Caller | undefined {
  const hash = createHash('sha256').update(presented).digest();
  const [found] = keys.filter((key) => timingSafeEqual(key.hash, hash));
  return found && new Caller(found.name, [found.role]);
}
