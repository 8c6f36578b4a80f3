import { FatalError, TransactionHooks, type SqlDatabase, type SqlTransaction } from '@waybill/messaging';

/** A database without tables, for the memory broker: transactions with hooks, one after the other; SQL is refused. */
export class MemoryDatabase implements SqlDatabase {
  private last: Promise<unknown> = Promise.resolve();

  transaction<T>(work: (transaction: SqlTransaction) => Promise<T>): Promise<T> {
    const current = this.last.then(() => run(work));
    this.last = current.catch(() => 'rolled back: its caller was told');
    return current;
  }
}

async function run<T>(work: (transaction: SqlTransaction) => Promise<T>): Promise<T> {
  const hooks = new TransactionHooks();
  const result = await work({
    query: refuse,
    execute: refuse,
    beforeCommit: (hook) => hooks.beforeCommit(hook),
    afterCommit: (hook) => hooks.afterCommit(hook),
  });
  await hooks.runBeforeCommit();
  hooks.runAfterCommit();
  return result;
}

const refuse = (text: string): Promise<never> =>
  Promise.reject(new FatalError(`a memory database runs no SQL: ${text.trim().slice(0, 80)}`));
