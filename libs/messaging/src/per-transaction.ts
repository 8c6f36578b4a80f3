import type { SqlTransaction } from './sql-transaction.js';

/**
 * One value per open transaction, made on first use and forgotten with it: where handlers of one batch gather what
 * `beforeCommit` then writes in one statement.
 */
export function perTransaction<T>(
  create: (transaction: SqlTransaction) => T,
): (transaction: SqlTransaction) => T {
  const values = new WeakMap<SqlTransaction, T>();
  return (transaction) => {
    if (!values.has(transaction)) values.set(transaction, create(transaction));
    return values.get(transaction)!;
  };
}
