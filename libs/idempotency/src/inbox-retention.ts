import { deleteOlderThan, type SqlDatabase } from '@waybill/messaging';
import { deleteOldBodies } from './statements/delete-old-bodies.js';
import { deleteOldRows } from './statements/delete-old-rows.js';

/**
 * Forgets messages handled more than `days` (at least 15, else a `RetentionTooShortError`) ago, and then the bodies
 * admitted for messages that nobody knows any more; answers how many rows. The database has the tables of
 * `sql/inbox.sql` and of messaging's `sql/delivery-state.sql`.
 */
export async function deleteInboxOlderThan(days: number, database: SqlDatabase): Promise<number> {
  const handled = await deleteOlderThan(days, deleteOldRows, database);
  return handled + (await deleteOlderThan(days, deleteOldBodies, database));
}
