import { InfrastructureError, MessagingError } from '@waybill/messaging';

/** A message nobody would ever get: its type has no route, or the route names no destination. */
export class NoRouteError extends MessagingError {
  constructor(type: string) {
    super('WAYBILL_OUTBOX_NO_ROUTE', `no destination for messages of type ${type}`, { kind: 'bug' });
  }
}

/** PostgreSQL answered COMMIT with ROLLBACK: a statement failed before, and whoever ran it swallowed the failure. */
export class RolledBackError extends MessagingError {
  constructor() {
    super('WAYBILL_TRANSACTION_ROLLED_BACK', 'the transaction had failed before COMMIT and was rolled back', {
      kind: 'bug',
    });
  }
}

/** The transaction lived longer than allowed and was cut off; nothing of it is left. */
export class TransactionTimeoutError extends MessagingError {
  constructor(timeoutMs: number) {
    super('WAYBILL_TRANSACTION_TIMEOUT', `the transaction took longer than ${timeoutMs} ms`, {
      kind: 'retryable',
    });
  }
}

/** Whoever asks has outlived the transaction, and its connection is somebody else's. */
export class TransactionEndedError extends MessagingError {
  constructor() {
    super('WAYBILL_TRANSACTION_ENDED', 'the transaction has ended', { kind: 'bug' });
  }
}

/** No connection of the pool came free in time. */
export class PoolExhaustedError extends InfrastructureError {
  constructor(maxWaitMs: number) {
    super(`no database connection came free within ${maxWaitMs} ms`);
  }
}

/** Rows wait in the outbox and none goes: no relay runs on it, or a broker is away. */
export class OutboxStandsError extends InfrastructureError {
  constructor(rows: number, waitMs: number) {
    super(
      `${rows} or more rows wait in the outbox and none was sent for ${waitMs} ms; does the service run?`,
    );
  }
}
