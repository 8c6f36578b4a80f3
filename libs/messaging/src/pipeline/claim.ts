import { hash } from 'node:crypto';
import type { InboxClaim, InboxVerdict } from '../idempotency-store.js';
import { callsOutside } from '../handler.js';
import { lockNames } from '../lock-names.js';
import { FatalError } from '../messaging.errors.js';
import { keyLock, parkingKey, type Parkable } from '../parking/key-states.js';
import type { SqlTransaction } from '../sql-transaction.js';
import type { Pipeline, Work } from './work.js';

/** What a message met before its handler: nothing (`new`), itself, or an earlier message of its key that waits. */
export type Standing = InboxVerdict | 'parked';

/**
 * Claims messages in the handlers' own transaction: first the locks of their keys and of what the handlers will touch,
 * in one sorted order; then behind a waiting key they are parked; the others get their inbox rows.
 * Dying here leaves nothing: all of it ends with the transaction.
 */
export async function claim(
  works: readonly Work[],
  pipeline: Pipeline,
  transaction: SqlTransaction,
): Promise<ReadonlyMap<string, Standing>> {
  await lockNames(
    works.flatMap((work) => namesOf(work, pipeline)),
    transaction,
  );
  const parked = await parkBehind(works, pipeline, transaction);
  const free = works.filter(({ envelope }) => !parked.has(envelope.id));
  const { inbox, subscription } = pipeline;
  const claimed = await inbox.claim(subscription.name, free.map(claimOf), transaction);
  return new Map<string, Standing>([...parked, ...claimed]);
}

/** Like `claim`, but leaves no inbox rows: what is unknown so far is `new`. */
export async function lookAt(
  works: readonly Work[],
  pipeline: Pipeline,
  transaction: SqlTransaction,
): Promise<ReadonlyMap<string, Standing>> {
  await lockNames(
    works.flatMap((work) => namesOf(work, pipeline)),
    transaction,
  );
  const parked = await parkBehind(works, pipeline, transaction);
  const { inbox, subscription } = pipeline;
  const known = await inbox.known(subscription.name, works.map(claimOf), transaction);
  const fresh = works.map(({ envelope }) => [envelope.id, 'new'] as const);
  return new Map<string, Standing>([...fresh, ...known, ...parked]);
}

/** True when the message is to be handled now; the same id with another body is an error. */
export function isNew({ envelope }: Work, standings: ReadonlyMap<string, Standing>): boolean {
  const standing = standings.get(envelope.id);
  if (standing === 'different-body') {
    throw new FatalError(`message ${envelope.id} was handled before with another body`);
  }
  return standing === 'new';
}

export const claimOf = ({ envelope, delivery }: Pick<Work, 'envelope' | 'delivery'>): InboxClaim => ({
  messageId: envelope.id,
  // By way of hex, since that takes a third of the time of a `Hash` object, and less than asking for a buffer.
  bodyHash: Buffer.from(hash('sha256', delivery.message.body, 'hex'), 'hex'),
});

export const parkableOf = ({ envelope, delivery }: Pick<Work, 'envelope' | 'delivery'>): Parkable => ({
  envelope,
  message: delivery.message,
  origin: delivery.origin,
});

/**
 * Messages whose key waits go behind what is parked there. One that the inbox knows was handled before its key began to
 * wait; one that is parked already is a copy. Both are duplicates.
 */
async function parkBehind(
  works: readonly Work[],
  { keys, inbox, subscription }: Pipeline,
  transaction: SqlTransaction,
): Promise<Map<string, Standing>> {
  if (!keys) return new Map();
  const newcomers = works.filter(({ head }) => !head);
  const waiting = await keys.waiting(newcomers.map(keyOf), transaction);
  const behind = newcomers.filter((work) => waiting.has(keyOf(work)));
  if (behind.length === 0) return new Map();
  const known = await inbox.known(subscription.name, behind.map(claimOf), transaction);
  const unknown = behind.filter(({ envelope }) => !known.has(envelope.id));
  const added = await keys.park(unknown.map(parkableOf), transaction);
  const standings = unknown.map(
    ({ envelope: { id } }) => [id, added.has(id) ? 'parked' : 'duplicate'] as const,
  );
  return new Map<string, Standing>([...known, ...standings]);
}

const keyOf = (work: Work): string => parkingKey(parkableOf(work));

function namesOf(work: Work, { keys, subscription }: Pipeline): readonly string[] {
  const { handler, payload } = work;
  const own = keys ? [keyLock(subscription.name, keyOf(work))] : [];
  return callsOutside(handler) ? own : [...own, ...(handler.locks?.(payload as never) ?? [])];
}
