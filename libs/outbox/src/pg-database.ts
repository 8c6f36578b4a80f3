import {
  TransactionHooks,
  type SqlDatabase,
  type SqlTransaction,
  type SqlTransactionOptions,
} from '@waybill/messaging';
import type { Pool, PoolClient } from 'pg';
import {
  PoolExhaustedError,
  RolledBackError,
  TransactionEndedError,
  TransactionTimeoutError,
} from './outbox.errors.js';

/** Messaging's `SqlDatabase` over a pg pool, for programs without Prisma. The pool stays the caller's to end. */
export function pgDatabase(pool: Pool): SqlDatabase {
  return {
    transaction: async (work, { timeoutMs = 30_000, maxWaitMs = 10_000 }: SqlTransactionOptions = {}) => {
      const client = await connect(pool, maxWaitMs);
      return withinTime(client, timeoutMs, (ended) => run(client, work, timeoutMs, ended));
    },
  };
}

/** A connection that comes too late goes straight back to the pool. */
async function connect(pool: Pool, maxWaitMs: number): Promise<PoolClient> {
  const connecting = pool.connect();
  let timer: NodeJS.Timeout | undefined;
  const tooLate = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new PoolExhaustedError(maxWaitMs)), maxWaitMs);
  });
  try {
    return await Promise.race([connecting, tooLate]);
  } catch (error) {
    if (error instanceof PoolExhaustedError)
      connecting.then(
        (client) => client.release(),
        () => undefined,
      );
    throw error;
  } finally {
    clearTimeout(timer);
  }
}

/** Gives the client back; one that outlived its time, failed to roll back, or leads to a server that takes no writes is closed. */
async function withinTime<T>(
  client: PoolClient,
  timeoutMs: number,
  work: (ended: AbortSignal) => Promise<T>,
): Promise<T> {
  const ended = new AbortController();
  // Its statements reject with the same, and the pool listens only to those that nobody has.
  client.on('error', ignore);
  let timer: NodeJS.Timeout | undefined;
  const expired = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new TransactionTimeoutError(timeoutMs)), timeoutMs);
  });
  const running = work(ended.signal);
  try {
    const result = await Promise.race([running, expired]);
    ended.abort('ended');
    client.release();
    client.off('error', ignore);
    return result;
  } catch (error) {
    ended.abort('ended');
    client.release(!(await rolledBack(client, error)) || takesNoWrites(error));
    client.off('error', ignore);
    throw error;
  } finally {
    clearTimeout(timer);
    running.catch(() => 'thrown above, or cut off by the timeout');
  }
}

const ignore = (): void => undefined;

async function rolledBack(client: PoolClient, error: unknown): Promise<boolean> {
  if (error instanceof TransactionTimeoutError) return false;
  return client.query('ROLLBACK').then(
    () => true,
    () => false,
  );
}

/** The old primary after a failover: the next connection leads to the new one. */
const takesNoWrites = (error: unknown): boolean => (error as { code?: unknown } | null)?.code === '25006';

/** The server notices a closed connection only after its statement, whose locks would live on: it has a limit too. */
const serverGraceMs = 100;

async function run<T>(
  client: PoolClient,
  work: (transaction: SqlTransaction) => Promise<T>,
  timeoutMs: number,
  ended: AbortSignal,
): Promise<T> {
  const hooks = new TransactionHooks();
  await client.query(`BEGIN; SET LOCAL statement_timeout = ${timeoutMs + serverGraceMs}`);
  const result = await work(openTransaction(client, hooks, ended));
  await hooks.runBeforeCommit();
  const { command } = await client.query('COMMIT');
  if (command !== 'COMMIT') throw new RolledBackError();
  hooks.runAfterCommit();
  return result;
}

/** A handler that has run out of time may still ask: by then the connection is in another's transaction, or in none. */
function openTransaction(client: PoolClient, hooks: TransactionHooks, ended: AbortSignal): SqlTransaction {
  const ask = async (text: string, parameters: readonly unknown[] = []) => {
    if (ended.aborted) throw new TransactionEndedError();
    return client.query(text, [...parameters]);
  };
  return {
    query: async <Row>(text: string, parameters?: readonly unknown[]) =>
      (await ask(text, parameters)).rows as Row[],
    execute: async (text, parameters) => (await ask(text, parameters)).rowCount ?? 0,
    beforeCommit: (work) => hooks.beforeCommit(work),
    afterCommit: (work) => hooks.afterCommit(work),
  };
}
