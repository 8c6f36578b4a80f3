import type { PrismaPg } from '@prisma/adapter-pg';
import { Logger } from '@nestjs/common';
import pg from 'pg';
import { showPool } from './measure-database.js';
import { LendingPrismaPg } from './transaction-connection.js';

export interface PostgresOptions {
  readonly url: string;
  /** Most connections open at once. Default 10; each costs the server about 2 MiB and this process next to nothing. */
  readonly poolSize?: number;
  /** Shown in `pg_stat_activity`. */
  readonly applicationName?: string;
}

/** A transaction left open longer than this by a process that stands still is ended by the server, and its locks with it. */
const idleInTransactionMs = 60_000;

/**
 * How services reach PostgreSQL. The session runs in UTC, because the adapter writes and reads timestamps without
 * their zone: with a server in another zone every time would be shifted.
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
  showPool(pool);
  return new LendingPrismaPg(pool, {
    disposeExternalPool: true,
    onPoolError: onLost,
    onConnectionError: onLost,
  });
}
