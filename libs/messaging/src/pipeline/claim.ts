import { createHash } from 'node:crypto';
import type { InboxVerdict } from '../idempotency-store.js';
import { callsOutside } from '../handler.js';
import { lockNames } from '../lock-names.js';
import { FatalError } from '../messaging.errors.js';
import type { SqlTransaction } from '../sql-transaction.js';
import type { Pipeline, Work } from './work.js';

/**
 * Claims all messages of the batch in the handlers' own transaction: first what they will lock, then their inbox rows.
 * Dying here leaves nothing: both end with the transaction.
 */
export async function claim(
  works: readonly Work[],
  { inbox, subscription }: Pipeline,
  transaction: SqlTransaction,
): Promise<ReadonlyMap<string, InboxVerdict>> {
  await lockNames(works.flatMap(locksOf), transaction);
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
