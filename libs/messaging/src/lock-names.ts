import type { SqlTransaction } from './sql-transaction.js';

/**
 * Locks names until the transaction ends. Sorted, so that two transactions that lock the same things wait for each
 * other instead of deadlocking; advisory, since the things may be rows of any table. Two names of one hash only wait
 * more than they need to.
 */
export async function lockNames(names: readonly string[], transaction: SqlTransaction): Promise<void> {
  if (names.length > 0) await transaction.execute(lockSorted, [names]);
}

const lockSorted = `
  SELECT pg_advisory_xact_lock(name_hash)
  FROM (SELECT DISTINCT hashtextextended(name, 0) AS name_hash FROM unnest($1::text[]) AS name ORDER BY 1) AS sorted`;
