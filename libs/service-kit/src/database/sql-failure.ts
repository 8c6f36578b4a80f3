import { InfrastructureError, RetryableError } from '@waybill/messaging';
import pg from 'pg';
import { PostgresError, TransactionEndedError } from '../service-kit.errors.js';

/** The parts of Prisma's errors that are read here; its classes differ from client to client. */
interface PrismaFailure {
  readonly code?: unknown;
  readonly message: string;
  readonly meta?: {
    readonly driverAdapterError?: { readonly cause?: DriverFailure };
    readonly timeTaken?: number;
  };
  /** A driver error that reaches us bare, as from COMMIT, has its account here. */
  readonly cause?: unknown;
}

interface DriverFailure {
  readonly kind?: string;
  readonly originalCode?: string;
  readonly originalMessage?: string;
  readonly severity?: string;
  /** Of a TLS connection that was refused, where the name or authority is told. */
  readonly reason?: string;
  readonly constraint?: { readonly index?: string };
}

/** pg has no codes for these; a socket's own errors name the system call. */
const lostConnection =
  /^(connection terminated|timeout exceeded when trying to connect|client (has encountered|was closed)|cannot use a pool after|query read timeout)/i;

/** Where the database is not reached at all, so that there is no SQLSTATE that says so. */
const notReached = new Set([
  'DatabaseNotReachable',
  'ConnectionClosed',
  'SocketTimeout',
  'TlsConnectionError',
  'TooManyConnections',
  'DatabaseDoesNotExist',
  'DatabaseAccessDenied',
  'AuthenticationFailed',
]);

/** Prisma's code for its own account of a transaction: not started in time, or expired. */
const transactionApi = 'P2028';

/**
 * What Prisma or pg threw, in the terms of the messaging port: `PostgresError` with the SQLSTATE (deadlock 40P01 and
 * serialization 40001 are classified by it), `InfrastructureError` when the database was not reached or no connection
 * came free, `RetryableError` when the transaction outlived its timeout through no fault of the database.
 * `databaseMs` is how long the transaction had waited for answers.
 */
export function sqlFailure(error: unknown, databaseMs = 0): unknown {
  if (!(error instanceof Error)) return error;
  if (error instanceof TransactionEndedError) return outlived(error, databaseMs, error.openMs);
  if (error instanceof pg.DatabaseError && error.code) {
    const { code, severity, constraint } = error;
    return new PostgresError(error.message, { code, severity, constraint }, { cause: error });
  }
  const failure = error as PrismaFailure;
  if (failure.code === transactionApi) return outlived(failure, databaseMs, failure.meta?.timeTaken);
  const driver = failure.meta?.driverAdapterError?.cause ?? driverFailureIn(failure.cause);
  if (driver) return driverFailure(driver, error);
  return 'syscall' in error || lostConnection.test(error.message)
    ? new InfrastructureError(error.message, { cause: error })
    : error;
}

function driverFailure(driver: DriverFailure, cause: Error): Error {
  const message = driver.originalMessage ?? driver.reason ?? cause.message.trim();
  if (notReached.has(driver.kind ?? '')) return new InfrastructureError(message, { cause });
  const { originalCode: code, severity, constraint } = driver;
  if (!code) return cause;
  return new PostgresError(message, { code, severity, constraint: constraint?.index }, { cause });
}

function driverFailureIn(cause: unknown): DriverFailure | undefined {
  return typeof cause === 'object' && cause !== null && 'kind' in cause
    ? (cause as DriverFailure)
    : undefined;
}

/** An expired transaction is the database's doing when most of its time went into waiting for answers. */
function outlived(cause: PrismaFailure, databaseMs: number, openMs: number | undefined): Error {
  const isOurs = openMs !== undefined && databaseMs < openMs / 2;
  return isOurs
    ? new RetryableError(cause.message, { cause })
    : new InfrastructureError(cause.message, { cause });
}
