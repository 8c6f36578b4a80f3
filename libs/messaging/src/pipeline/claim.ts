import { hash } from 'node:crypto';
import type { InboxClaim, InboxVerdict } from '../idempotency-store.js';
import { originalOrigin } from '../failure-headers.js';
import { callsOutside } from '../handler.js';
import { lockNames } from '../lock-names.js';
import { FatalError } from '../messaging.errors.js';
import { keyLock, parkingKey, type Parkable } from '../parking/parkable.js';
import type { SqlTransaction } from '../sql-transaction.js';
import type { Parked } from './handled.js';
import type { RunClaims } from './run-claims.js';
import type { Pipeline, Work } from './work.js';

/**
 * What a message met before its handler: nothing (`new`), itself, an earlier message of its key that waits (`parked`), or, as a
 * parked head, that its key has gone on without it (`passed`).
 */
export type Standing = InboxVerdict | Parked | 'passed';

/**
 * Claims messages in the handlers' own transaction: first the locks of their keys and of what the handlers will touch,
 * in one sorted order; then behind a waiting key they are parked; the others get their inbox rows.
 * Dying here leaves nothing: all of it ends with the transaction.
 */
export async function claim(
  works: readonly Work[],
  claims: RunClaims,
  transaction: SqlTransaction,
): Promise<ReadonlyMap<string, Standing>> {
  const placed = await place(works, claims.pipeline, transaction);
  const free = works.filter(({ envelope }) => !placed.has(envelope.id));
  const claimed = await claims.take(free.map(claimOf), transaction);
  return new Map<string, Standing>([...placed, ...claimed]);
}

/** Like `claim`, but leaves no inbox rows: what is unknown so far is `new`. */
export async function lookAt(
  works: readonly Work[],
  { pipeline }: RunClaims,
  transaction: SqlTransaction,
): Promise<ReadonlyMap<string, Standing>> {
  const placed = await place(works, pipeline, transaction);
  const { inbox, subscription } = pipeline;
  const known = await inbox.known(subscription.name, works.map(claimOf), transaction);
  const fresh = works.map(({ envelope }) => [envelope.id, 'new'] as const);
  return new Map<string, Standing>([...fresh, ...known, ...placed]);
}

/** True when the message is to be handled now; the same id with another body is an error. */
export function isNew({ envelope }: Work, standings: ReadonlyMap<string, Standing>): boolean {
  const standing = standings.get(envelope.id);
  if (standing === 'different-body') {
    throw new FatalError(`message ${envelope.id} is known with another body`);
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
  origin: originalOrigin(delivery.origin, delivery.message.headers),
});

/** Under the locks: what stands in the way of these messages before the inbox is asked. */
async function place(
  works: readonly Work[],
  pipeline: Pipeline,
  transaction: SqlTransaction,
): Promise<ReadonlyMap<string, Standing>> {
  await lockNames(
    works.flatMap((work) => namesOf(work, pipeline)),
    transaction,
  );
  const passed = await passedHeads(works, pipeline, transaction);
  const parked = await parkBehind(works, pipeline, transaction);
  return new Map([...passed, ...parked]);
}

/**
 * Heads whose end is committed already: by this run's predecessor, which never heard that its commit had come through,
 * or by a discard. Running one again would be for nothing, since its key has a later head.
 */
async function passedHeads(
  works: readonly Work[],
  { keys }: Pipeline,
  transaction: SqlTransaction,
): Promise<Map<string, Standing>> {
  const passed = new Map<string, Standing>();
  for (const { head, envelope } of works)
    if (head && !(await keys!.isParked(head.key, envelope.id, transaction)))
      passed.set(envelope.id, 'passed');
  return passed;
}

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
  const standings = unknown.map((work) => {
    const { id } = work.envelope;
    return [id, added.has(id) ? parkedBehind(waiting.get(keyOf(work))) : 'duplicate'] as const;
  });
  return new Map<string, Standing>([...known, ...standings]);
}

const parkedBehind = (behind: string | null | undefined): Parked => ({
  kind: 'parked',
  ...(behind && { behind }),
});

const keyOf = ({ envelope, delivery }: Work): string => parkingKey({ envelope, message: delivery.message });

function namesOf(work: Work, { keys, subscription }: Pipeline): readonly string[] {
  const { handler, payload } = work;
  const own = keys ? [keyLock(subscription.name, keyOf(work))] : [];
  return callsOutside(handler) ? own : [...own, ...(handler.locks?.(payload as never) ?? [])];
}
