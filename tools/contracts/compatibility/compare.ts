import type { JsonSchema } from '@waybill/contracts';
import { rules } from './rules.ts';

export type Schemas = ReadonlyMap<string, JsonSchema>;

/** Every way in which what the code says now breaks what was released: message, field, rule. None when it may go out. */
export function incompatibilities(released: Schemas, now: Schemas): string[] {
  return [...released].flatMap(([name, before]) => {
    const after = now.get(name);
    if (!after) return [`${name}: removed: messages of it exist; keep it as an earlier version`];
    return compared(name, 'body', before, after);
  });
}

function compared(name: string, path: string, before: JsonSchema, now: JsonSchema): string[] {
  const here = rules.flatMap((rule) => {
    const problem = rule(before, now);
    return problem ? [`${name}: ${path}: ${problem}`] : [];
  });
  return [...here, ...within(name, path, before, now)];
}

/** Fields that both have; those of an array's items under `[]`, those of choices by their place. */
function within(name: string, path: string, before: JsonSchema, now: JsonSchema): string[] {
  const fields = Object.entries(before.properties ?? {}).flatMap(([field, was]) => {
    const is = now.properties?.[field];
    return is ? compared(name, path === 'body' ? field : `${path}.${field}`, was, is) : [];
  });
  const items = before.items && now.items ? compared(name, `${path}[]`, before.items, now.items) : [];
  return [...fields, ...items, ...choices(name, path, before.anyOf ?? [], now.anyOf ?? [])];
}

function choices(
  name: string,
  path: string,
  before: readonly JsonSchema[],
  now: readonly JsonSchema[],
): string[] {
  if (before.length !== now.length)
    return [`${name}: ${path}: changed its choices from ${before.length} to ${now.length}`];
  return before.flatMap((was, index) => compared(name, path, was, now[index]!));
}
