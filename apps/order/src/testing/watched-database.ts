import type { SqlTransaction } from '@waybill/messaging';
import type { PrismaDatabase } from '@waybill/service-kit';

/** Writes down the statements of every transaction that is begun. */
export function watchedDatabase(database: PrismaDatabase) {
  const transactions: string[][] = [];
  const watched: PrismaDatabase = {
    ...database,
    transaction: (work, options) => {
      const statements: string[] = [];
      transactions.push(statements);
      return database.transaction((transaction) => work(watch(transaction, statements)), options);
    },
  };
  return { watched, transactions };
}

const watch = (transaction: SqlTransaction, statements: string[]): SqlTransaction => ({
  ...transaction,
  query: (text, parameters) => (statements.push(text), transaction.query(text, parameters)),
  execute: (text, parameters) => (statements.push(text), transaction.execute(text, parameters)),
});
