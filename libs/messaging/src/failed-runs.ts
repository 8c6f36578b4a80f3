/** Finished, failed runs of this message so far, in whatever process. Infrastructure failures (`holds`) spend nothing. */
export interface FailedRuns {
  readonly attempts: number;
  readonly holds: number;
  readonly firstFailedAt?: string;
  /** `traceparent` of the first run, as far as it is remembered and was recorded; later ones are linked to it. */
  readonly firstAttempt?: string;
  /** Of the latest of them. */
  readonly lastAttempt?: string;
  /** The replay or correction that made it run. */
  readonly operationId?: string;
}

export const noFailedRuns: FailedRuns = { attempts: 0, holds: 0 };
