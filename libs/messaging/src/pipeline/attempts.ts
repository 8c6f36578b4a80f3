import type { Handled } from './handled.js';
import { Attempt } from './trace.js';
import type { Pipeline, Work } from './work.js';

/** Runs of many messages in one transaction: how each ended is known when that ends. */
export class Attempts {
  private readonly attempts = new Map<Work, Attempt>();

  constructor(private readonly pipeline: Pipeline) {}

  run<T>(work: Work, handle: () => Promise<T>): Promise<T> {
    const attempt = new Attempt(work, work.failed, this.pipeline);
    this.attempts.set(work, attempt);
    return attempt.among(handle);
  }

  /** One that was not run is none of them. */
  committed(work: Work, outcome: Handled['kind']): void {
    this.attempts.get(work)?.handled(outcome);
  }

  /** Those whose failure is theirs for good; the others run again. */
  rolledBack(failed: readonly Work[], thrown?: unknown): void {
    for (const [work, attempt] of this.attempts)
      if (failed.includes(work)) attempt.ended({ thrown }, work.failed);
      else attempt.rolledBack();
  }
}
