import type { PrismaPg } from '@prisma/adapter-pg';
import { Logger } from '@nestjs/common';
import pg from 'pg';
import { showPool } from './measure-database.js';
import { statementNames } from './statement-names.js';
import { LendingPrismaPg } from './transaction-connection.js';

export interface PostgresOptions {
  readonly url: string;
  /** Most connections open at once. Default 10; each costs the server about 2 MiB and this process next to nothing. */
  readonly poolSize?: number;
  /** Shown in `pg_stat_activity`. */
  readonly applicationName?: string;
}

/** A transaction left open longer than this by a process that stands still is ended by the server, and its locks with it. */
export const idleInTransactionMs = 60_000;

/**
 * How services reach PostgreSQL. The session runs in UTC, because the adapter writes and reads timestamps without
 * their zone: with a server in another zone every time would be shifted. Statements are prepared (`statementNames`).
 */
export function postgresAdapter({
  url,
  poolSize = 10,
  applicationName = 'waybill',
}: PostgresOptions): PrismaPg {
  const logger = new Logger('database');
  const onLost = (error: Error) => logger.warn({ msg: 'database connection lost', because: error.message });
  const pool = new pg.Pool({
    connectionString: url,
    max: poolSize,
    application_name: applicationName,
    connectionTimeoutMillis: 5_000,
    keepAlive: true,
    options: `-c TimeZone=UTC -c idle_in_transaction_session_timeout=${idleInTransactionMs}`,
  });
  closeUseless(pool);
  showPool(pool);
  return new LendingPrismaPg(pool, {
    disposeExternalPool: true,
    onPoolError: onLost,
    onConnectionError: onLost,
    statementNameGenerator: statementNames(),
  });
}

/**
 * A server that has said FATAL is closing the connection, and the old primary after a failover takes no writes. Either is
 * closed as soon as it comes back, or whoever takes it next would find it dead, or meet the same server again.
 */
function closeUseless(pool: pg.Pool): void {
  const useless = new WeakSet<object>();
  pool.on('connect', (client) => {
    const { connection } = client as unknown as pg.Client;
    connection.on('errorMessage', ({ code, severity }: pg.DatabaseError) => {
      if (code === '25006' || severity === 'FATAL') useless.add(client);
    });
  });
  pool.on('release', (_, client) => {
    // The pool keeps none that is ending.
    if (useless.has(client)) void (client as unknown as pg.Client).end();
  });
}
