import type { Announce, DeliveryNotice } from '../delivery-notice.js';
import type { SqlTransaction } from '../sql-transaction.js';
import { deleteFailing } from './statements/delete-failing.js';
import { upsertFailing } from './statements/upsert-failing.js';

/**
 * Keeps what is told of messages that went to a retry address or to the dead letters, in the transaction that tells it:
 * neither the broker nor the inbox could say so when asked for one message. Parked messages are on record already.
 */
export function recordingNotices(announce?: Announce): Announce {
  return async (notices, transaction) => {
    for (const notice of notices) await record(notice, transaction);
    await announce?.(notices, transaction);
  };
}

async function record(notice: DeliveryNotice, transaction: SqlTransaction): Promise<void> {
  const { kind, subscription, messageId, at, result } = notice;
  if (kind === 'retried') await transaction.execute(upsertFailing, [subscription, messageId, 'waiting', at]);
  if (kind === 'dead-lettered')
    await transaction.execute(upsertFailing, [subscription, messageId, 'dead', at]);
  if (kind === 'receipt' && result !== 'failed again')
    await transaction.execute(deleteFailing, [subscription, messageId]);
}
