/** Finished, failed runs of this message so far, in whatever process. Infrastructure failures (`holds`) spend nothing. */
export interface FailedRuns {
  readonly attempts: number;
  readonly holds: number;
  readonly firstFailedAt?: string;
  /** The replay or correction that made it run. */
  readonly operationId?: string;
}

export const noFailedRuns: FailedRuns = { attempts: 0, holds: 0 };
