/**
 * What a failure costs:
 * `infrastructure` – nothing: held and tried again, no attempt spent (database or broker away, deadlock);
 * `retryable` – one attempt; `fatal` – the message goes to its dead letters at once;
 * `bug` – like retryable, but reported as ours.
 */
export type FailureKind = 'infrastructure' | 'retryable' | 'fatal' | 'bug';

/** Root of this library's errors: a stable code and what the failure costs. */
export class MessagingError extends Error {
  readonly code: string;
  readonly kind: FailureKind;

  constructor(code: string, message: string, options: ErrorOptions & { kind: FailureKind }) {
    super(message, options);
    this.name = new.target.name;
    this.code = code;
    this.kind = options.kind;
  }
}

/** The database, the broker or the connection failed, not the handler: never an attempt. */
export class InfrastructureError extends MessagingError {
  constructor(message: string, options?: ErrorOptions) {
    super('WAYBILL_INFRASTRUCTURE', message, { ...options, kind: 'infrastructure' });
  }
}

/** A handler may throw it to say: later, perhaps. */
export class RetryableError extends MessagingError {
  constructor(message: string, options?: ErrorOptions) {
    super('WAYBILL_RETRYABLE', message, { ...options, kind: 'retryable' });
  }
}

/** A handler may throw it to say: never. */
export class FatalError extends MessagingError {
  constructor(message: string, options?: ErrorOptions) {
    super('WAYBILL_FATAL', message, { ...options, kind: 'fatal' });
  }
}

/** Failed, and no retry takes it: too large, as a rule, with what a retry has to remember. */
export class NoRetryError extends MessagingError {
  constructor(because: string, options: { readonly cause: unknown }) {
    const said = `${because} (and no retry takes it: ${String(options.cause)})`;
    super('WAYBILL_NO_RETRY', said, { ...options, kind: 'fatal' });
  }
}

/** The declared set of handlers, subscriptions or options cannot work; lists every problem at once. */
export class IncompleteError extends MessagingError {
  constructor(readonly problems: readonly string[]) {
    super('WAYBILL_INCOMPLETE', `cannot start:\n- ${problems.join('\n- ')}`, { kind: 'bug' });
  }
}

/** A publisher's word that a message is above a limit, whichever broker it is for: its code ends so. */
export const isTooLarge = (error: unknown): boolean =>
  error instanceof MessagingError && error.code.endsWith('_TOO_LARGE');

/** 25006: the server takes no writes, as the old primary after a failover. */
const infrastructureSqlStates = /^(08|25006|40|53|57P0[1-5]|55P03)/;

/** A time limit or a person ended the statement. For ever, perhaps, if it is too slow for the limit: so it costs an attempt. */
const statementCancelled = '57014';

/** A pooler says so when it ends the connection; the server, of a statement with too many or too few parameters. */
const protocolViolation = '08P01';
const infrastructureSystemCodes = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ECONNABORTED',
  'EHOSTUNREACH',
  'EHOSTDOWN',
  'ENETUNREACH',
  'ENETDOWN',
  'EPIPE',
  'ETIMEDOUT',
  'ENOTFOUND',
  'EAI_AGAIN',
]);

/** PostgreSQL's client has no codes for these. */
const lostConnection =
  /^(connection terminated|timeout exceeded when trying to connect|client (has encountered|was closed)|query read timeout)/i;

/** The one place where a throw is classified: by our own kind, else by the SQL state or the system's code in its causes. */
export function classifyFailure(error: unknown): FailureKind {
  for (let cause = error, depth = 0; cause instanceof Error && depth < 8; cause = cause.cause, depth++) {
    if (cause instanceof MessagingError) return cause.kind;
    if (lostConnection.test(cause.message)) return 'infrastructure';
    const { code, severity } = cause as { code?: unknown; severity?: unknown };
    if (typeof code !== 'string') continue;
    if (code === statementCancelled) return 'retryable';
    if (code === protocolViolation && severity !== 'FATAL') return 'bug';
    if (infrastructureSystemCodes.has(code) || (code.length === 5 && infrastructureSqlStates.test(code))) {
      return 'infrastructure';
    }
  }
  return 'bug';
}

/** What failed so will fail so again, however often it is tried. */
export const isLasting = (error: unknown): boolean => ['fatal', 'bug'].includes(classifyFailure(error));
