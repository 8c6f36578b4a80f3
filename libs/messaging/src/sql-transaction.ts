/** One open transaction. Parameters are positional (`$1`); arrays are passed for `unnest($1::uuid[])`. */
export interface SqlTransaction {
  query<Row = Record<string, unknown>>(text: string, parameters?: readonly unknown[]): Promise<Row[]>;
  /** Like `query`, answering the number of rows that changed. */
  execute(text: string, parameters?: readonly unknown[]): Promise<number>;
  /** Runs last, in the order registered, before COMMIT: set-based writes gathered from many handlers. */
  beforeCommit(work: () => Promise<void>): void;
  /** Runs once the COMMIT has succeeded; must not throw. */
  afterCommit(work: () => void): void;
}

export interface SqlTransactionOptions {
  /** Longest life of the transaction, default 30,000 ms. */
  readonly timeoutMs?: number;
  /** Longest wait for a pooled connection, default 10,000 ms. */
  readonly maxWaitMs?: number;
}

/**
 * A database that hands out transactions. A rejection of `transaction` means rolled back, or, when the connection
 * broke during COMMIT, unknown: callers must be safe to run again.
 */
export interface SqlDatabase {
  transaction<T>(
    work: (transaction: SqlTransaction) => Promise<T>,
    options?: SqlTransactionOptions,
  ): Promise<T>;
}

/** The hooks of one transaction, kept for whoever implements `SqlTransaction`. */
export class TransactionHooks {
  private readonly before: (() => Promise<void>)[] = [];
  private readonly after: (() => void)[] = [];

  beforeCommit(work: () => Promise<void>): void {
    this.before.push(work);
  }

  afterCommit(work: () => void): void {
    this.after.push(work);
  }

  /** A hook may register further hooks; they run too. */
  async runBeforeCommit(): Promise<void> {
    for (const work of this.before) await work();
  }

  runAfterCommit(): void {
    for (const work of this.after) work();
  }
}
