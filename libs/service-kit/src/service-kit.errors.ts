/** The environment does not hold what the service needs; `message` lists every problem, one per line. */
export class SettingsError extends Error {
  readonly code = 'WAYBILL_SETTINGS';

  constructor(readonly problems: readonly string[]) {
    super(`the settings are not complete:\n${problems.map((problem) => `- ${problem}`).join('\n')}`);
    this.name = 'SettingsError';
  }
}

/** PostgreSQL refused a statement. `code` is the SQLSTATE; `cause` is what Prisma or pg threw. */
export class PostgresError extends Error {
  constructor(
    readonly code: string,
    message: string,
    readonly constraint: string | undefined,
    options: ErrorOptions,
  ) {
    super(message, options);
    this.name = 'PostgresError';
  }
}

/** A statement for a transaction that had ended by then, such as one that outlived its timeout. */
export class TransactionEndedError extends Error {
  constructor(readonly openMs: number) {
    super(`the transaction has ended, after ${Math.round(openMs)} ms`);
    this.name = 'TransactionEndedError';
  }
}
