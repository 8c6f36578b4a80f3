import { deleteOldWaiting } from './deliveries/statements/delete-old-waiting.js';
import { MessagingError } from './messaging.errors.js';
import { deleteOldOperations } from './operations/statements/delete-old-operations.js';
import type { SqlDatabase } from './sql-transaction.js';
import { deleteOldRuns } from './suspects/statements/delete-old-runs.js';
import { deleteOldSuspects } from './suspects/statements/delete-old-suspects.js';

/** One day more than the longest life of a message on any broker (SQS: 14 days). */
export const shortestRetentionDays = 15;

const rowsPerSlice = 5_000;

/** A copy may come as late as a broker keeps messages; forgetting earlier would handle it again. */
export class RetentionTooShortError extends MessagingError {
  constructor(days: number) {
    super(
      'WAYBILL_RETENTION_TOO_SHORT',
      `what was handled or carried out must be kept at least ${shortestRetentionDays} days, not ${days}`,
      { kind: 'bug' },
    );
  }
}

/**
 * Runs a statement that deletes at most $2 rows older than $1 days until there are no more, and answers how many there
 * were. Each slice is a transaction of its own, so that it may be ended at any time and run again.
 */
export async function deleteOlderThan(
  days: number,
  statement: string,
  database: SqlDatabase,
): Promise<number> {
  if (!(days >= shortestRetentionDays)) throw new RetentionTooShortError(days);
  let deleted = 0;
  for (;;) {
    const slice = await database.transaction((transaction) =>
      transaction.execute(statement, [Math.ceil(days), rowsPerSlice]),
    );
    deleted += slice;
    if (slice < rowsPerSlice) return deleted;
  }
}

/**
 * Forgets operations that were carried out, suspects, and runs of processes long dead, more than `days` (at least 15)
 * ago, and what was told of retries; answers how many. Parked messages, waiting or dead, all that belongs to them, and dead
 * letters stay until they are resolved.
 */
export async function deleteDeliveryStateOlderThan(days: number, database: SqlDatabase): Promise<number> {
  let deleted = 0;
  for (const statement of [deleteOldOperations, deleteOldSuspects, deleteOldRuns, deleteOldWaiting])
    deleted += await deleteOlderThan(days, statement, database);
  return deleted;
}
