import type { SqlDatabase } from '../sql-transaction.js';
import { deleteOldWaiting } from './statements/delete-old-waiting.js';

/**
 * Forgets what was told of retries more than `days` ago, and answers of how many: as many as the inbox keeps, so that
 * until then the inbox row of a retry that succeeded speaks for it. Dead letters stay until they are resolved.
 */
export function forgetWaitingOlderThan(days: number, database: SqlDatabase): Promise<number> {
  return database.transaction((transaction) => transaction.execute(deleteOldWaiting, [Math.ceil(days)]));
}
