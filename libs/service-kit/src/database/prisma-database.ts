import {
  TransactionHooks,
  type SqlDatabase,
  type SqlTransaction,
  type SqlTransactionOptions,
} from '@waybill/messaging';
import { measureStatement } from './measure-database.js';
import { idleInTransactionMs } from './postgres-adapter.js';
import { sqlFailure } from './sql-failure.js';
import { openingTransaction, type TransactionConnection } from './transaction-connection.js';

/** The part of a generated Prisma client that carries SQL as it is written. */
export interface RawSql {
  $queryRawUnsafe<Rows>(text: string, ...parameters: unknown[]): PromiseLike<Rows>;
  $executeRawUnsafe(text: string, ...parameters: unknown[]): PromiseLike<number>;
}

/** Any generated Prisma client. */
export interface PrismaClientShape extends RawSql {
  $transaction<T>(
    work: (transaction: unknown) => Promise<T>,
    options?: { timeout?: number; maxWait?: number },
  ): Promise<T>;
  $disconnect(): Promise<void>;
}

/**
 * Parameterised SQL, one statement at a time through Prisma's client, or on the connection of a transaction that Prisma holds.
 * In: arrays for `unnest($1::uuid[])`, also of `bigint` and bytes; JSON as text (`JSON.stringify`), since arrays of
 * objects are not escaped; `Date` for timestamps. Out: int8 as `bigint`, bytea as `Uint8Array`, timestamps as `Date`,
 * JSON parsed. A statement that answers `void`, such as `SELECT pg_advisory_xact_lock(…)`, needs `execute`.
 */
export interface PrismaDatabase extends SqlDatabase {
  /** One statement in a transaction of its own. */
  query<Row = Record<string, unknown>>(text: string, parameters?: readonly unknown[]): Promise<Row[]>;
  /** Like `query`, answering the number of rows that changed. */
  execute(text: string, parameters?: readonly unknown[]): Promise<number>;
}

/** Messaging's `SqlDatabase` over a Prisma client with a `postgresAdapter`; see `sqlFailure` for what it throws. */
export function prismaDatabase(client: PrismaClientShape): PrismaDatabase {
  const statements = new Statements({
    query: async (text, parameters) => client.$queryRawUnsafe(text, ...parameters),
    execute: async (text, parameters) => client.$executeRawUnsafe(text, ...parameters),
  });
  return {
    query: (text, parameters) => statements.query(text, parameters),
    execute: (text, parameters) => statements.execute(text, parameters),
    transaction: (work, options) => runTransaction(client, work, options),
  };
}

async function runTransaction<T>(
  client: PrismaClientShape,
  work: (transaction: SqlTransaction) => Promise<T>,
  { timeoutMs = 30_000, maxWaitMs = 10_000 }: SqlTransactionOptions = {},
): Promise<T> {
  const hooks = new TransactionHooks();
  let statements: Statements | undefined;
  let thrown: { readonly error: unknown } | undefined;
  const run = async (connection: TransactionConnection) => {
    statements = new Statements(onConnection(connection));
    try {
      if (timeoutMs > idleInTransactionMs) await statements.execute(mayStandIdle(timeoutMs));
      const result = await work(openTransaction(statements, hooks));
      await hooks.runBeforeCommit();
      statements.refuseCommitAfterFailure();
      return result;
    } catch (error) {
      thrown = { error };
      throw error;
    }
  };
  const options = { timeout: timeoutMs, maxWait: maxWaitMs };
  const result = await openingTransaction((opening) =>
    client.$transaction(() => run(connectionOf(opening)), options),
  ).catch((error: unknown) => {
    throw thrown ? thrown.error : sqlFailure(error, statements?.waitedMs);
  });
  hooks.runAfterCommit();
  return result;
}

function connectionOf({
  connection,
}: {
  readonly connection?: TransactionConnection;
}): TransactionConnection {
  if (!connection) throw new Error("prismaDatabase needs a client whose adapter is one of postgresAdapter's");
  return connection;
}

/** Else a handler that is allowed to take longer than the connections' limit would lose its own, again and again. */
const mayStandIdle = (ms: number): string => `SET LOCAL idle_in_transaction_session_timeout = ${ms}`;

function openTransaction(statements: Statements, hooks: TransactionHooks): SqlTransaction {
  return {
    query: (text, parameters) => statements.query(text, parameters),
    execute: (text, parameters) => statements.execute(text, parameters),
    beforeCommit: (work) => hooks.beforeCommit(work),
    afterCommit: (work) => hooks.afterCommit(work),
  };
}

interface Sql {
  query<Row>(text: string, parameters: readonly unknown[]): Promise<Row[]>;
  execute(text: string, parameters: readonly unknown[]): Promise<number>;
}

const onConnection = (connection: TransactionConnection): Sql => ({
  query: async <Row>(text: string, parameters: readonly unknown[]) =>
    (await connection.ask(text, parameters)).rows as Row[],
  execute: async (text, parameters) => (await connection.ask(text, parameters)).rowCount ?? 0,
});

/** Runs statements, counts the time they took, and remembers the first that failed. */
class Statements {
  waitedMs = 0;
  private failure: unknown;

  constructor(private readonly sql: Sql) {}

  query<Row>(text: string, parameters: readonly unknown[] = []): Promise<Row[]> {
    return this.run(text, () => this.sql.query<Row>(text, parameters));
  }

  execute(text: string, parameters: readonly unknown[] = []): Promise<number> {
    return this.run(text, () => this.sql.execute(text, parameters));
  }

  /**
   * After a failed statement PostgreSQL answers COMMIT with a rollback and no error, and Prisma reports success:
   * a caller that swallowed the failure would settle a message whose writes are gone.
   */
  refuseCommitAfterFailure(): void {
    if (this.failure !== undefined) throw this.failure;
  }

  private async run<T>(text: string, statement: () => Promise<T>): Promise<T> {
    const startedAt = performance.now();
    try {
      return await statement();
    } catch (error) {
      const failure = sqlFailure(error, this.waitedMs);
      this.failure ??= failure;
      throw failure;
    } finally {
      const tookMs = performance.now() - startedAt;
      this.waitedMs += tookMs;
      measureStatement(text, tookMs);
    }
  }
}
