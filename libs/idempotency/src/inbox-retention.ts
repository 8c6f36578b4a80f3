import type { SqlDatabase } from '@waybill/messaging';
import { RetentionTooShortError } from './idempotency.errors.js';
import { deleteOldRows } from './statements/delete-old-rows.js';

/** One day more than the longest life of a message on any broker (SQS: 14 days). */
export const shortestRetentionDays = 15;

const rowsPerSlice = 5_000;

/**
 * Forgets messages handled more than `days` (at least 15) ago and answers how many. Each slice is a transaction of
 * its own, so that it may be ended at any time and run again.
 */
export async function deleteInboxOlderThan(days: number, database: SqlDatabase): Promise<number> {
  if (!(days >= shortestRetentionDays)) throw new RetentionTooShortError(days, shortestRetentionDays);
  let deleted = 0;
  for (;;) {
    const slice = await database.transaction((transaction) =>
      transaction.execute(deleteOldRows, [Math.ceil(days), rowsPerSlice]),
    );
    deleted += slice;
    if (slice < rowsPerSlice) return deleted;
  }
}
