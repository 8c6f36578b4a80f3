import { createHash } from 'node:crypto';
import type { InboxVerdict } from '../idempotency-store.js';
import { callsOutside } from '../handler.js';
import { FatalError } from '../messaging.errors.js';
import type { SqlTransaction } from '../sql-transaction.js';
import type { Pipeline, Work } from './work.js';

/**
 * Sorted, so that two batches that touch the same things wait for each other instead of deadlocking. Advisory, since
 * the things may be rows of any table; held until the transaction ends.
 */
const lockInOrder = `
  SELECT pg_advisory_xact_lock(name_hash)
  FROM (SELECT DISTINCT hashtextextended(name, 0) AS name_hash FROM unnest($1::text[]) AS name ORDER BY 1) AS sorted`;

/**
 * Claims all messages of the batch in the handlers' own transaction: first what they will lock, then their inbox rows.
 * Dying here leaves nothing: both end with the transaction.
 */
export async function claim(
  works: readonly Work[],
  { inbox, subscription }: Pipeline,
  transaction: SqlTransaction,
): Promise<ReadonlyMap<string, InboxVerdict>> {
  const names = works.flatMap(locksOf);
  if (names.length > 0) await transaction.query(lockInOrder, [names]);
  const claims = works.map(({ envelope, delivery }) => ({
    messageId: envelope.id,
    bodyHash: createHash('sha256').update(delivery.message.body).digest(),
  }));
  return inbox.claim(subscription.name, claims, transaction);
}

/** True when the message is new; false for a duplicate; the same id with another body is an error. */
export function isNew({ envelope }: Work, verdicts: ReadonlyMap<string, InboxVerdict>): boolean {
  const verdict = verdicts.get(envelope.id);
  if (verdict === 'different-body') {
    throw new FatalError(`message ${envelope.id} was handled before with another body`);
  }
  return verdict === 'new';
}

function locksOf({ handler, payload }: Work): readonly string[] {
  return callsOutside(handler) ? [] : (handler.locks?.(payload as never) ?? []);
}
