/** The environment does not hold what the service needs; `message` lists every problem, one per line. */
export class SettingsError extends Error {
  readonly code = 'WAYBILL_SETTINGS';

  constructor(readonly problems: readonly string[]) {
    super(`the settings are not complete:\n${problems.map((problem) => `- ${problem}`).join('\n')}`);
    this.name = 'SettingsError';
  }
}

/** What PostgreSQL, or a pooler before it, tells of a failure beside its words. */
export interface PostgresFailure {
  /** SQLSTATE. */
  readonly code: string;
  /** `FATAL` when the connection ends with it; told of statements, not of what Prisma's client has a kind of its own for. */
  readonly severity: string | undefined;
  readonly constraint: string | undefined;
}

/** PostgreSQL refused a statement; `cause` is what Prisma or pg threw. */
export class PostgresError extends Error implements PostgresFailure {
  readonly code: string;
  readonly severity: string | undefined;
  readonly constraint: string | undefined;

  constructor(message: string, { code, severity, constraint }: PostgresFailure, options: ErrorOptions) {
    super(message, options);
    this.name = 'PostgresError';
    this.code = code;
    this.severity = severity;
    this.constraint = constraint;
  }
}

/** A statement for a transaction that had ended by then, such as one that outlived its timeout. */
export class TransactionEndedError extends Error {
  constructor(readonly openMs: number) {
    super(`the transaction has ended, after ${Math.round(openMs)} ms`);
    this.name = 'TransactionEndedError';
  }
}
