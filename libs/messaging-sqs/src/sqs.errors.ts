import { MessagingError, type FailureKind } from '@waybill/messaging';

/** Root of this adapter's errors. */
export class SqsError extends MessagingError {
  constructor(code: string, message: string, options: ErrorOptions & { kind?: FailureKind } = {}) {
    super(code, message, { kind: 'infrastructure', ...options });
  }
}

/** The server did not answer, or said that it cannot now: the message may have been taken or not. */
export class SqsUnavailableError extends SqsError {
  constructor(doing: string, options?: ErrorOptions) {
    const cause = options?.cause;
    super(
      'WAYBILL_SQS_UNAVAILABLE',
      `${doing}: ${cause instanceof Error ? cause.message : String(cause)}`,
      options,
    );
  }
}

/** The server will never take this message. */
export class SqsRefusedError extends SqsError {
  constructor(because: string, options?: ErrorOptions) {
    super('WAYBILL_SQS_REFUSED', because, { ...options, kind: 'fatal' });
  }
}

/** Body and attributes together are larger than the queue takes. */
export class TooLargeError extends SqsError {
  constructor(because: string) {
    super('WAYBILL_SQS_TOO_LARGE', `too large: ${because}`, { kind: 'fatal' });
  }
}

/** Not sent, since an earlier message of its key was not confirmed. */
export class BehindUnconfirmedError extends SqsError {
  constructor(group: string) {
    super('WAYBILL_SQS_BEHIND_UNCONFIRMED', `an earlier message of group "${group}" was not confirmed`);
  }
}

/** The queues that exist are not those that were declared; lists every difference. */
export class TopologyError extends SqsError {
  constructor(readonly problems: readonly string[]) {
    super('WAYBILL_SQS_TOPOLOGY', `SQS queues are not as declared:\n- ${problems.join('\n- ')}`, {
      kind: 'bug',
    });
  }
}

/** Options that cannot work; lists each by its name. */
export class SqsOptionsError extends SqsError {
  constructor(readonly problems: readonly string[]) {
    super('WAYBILL_SQS_OPTIONS', `SQS options:\n- ${problems.join('\n- ')}`, { kind: 'bug' });
  }
}
