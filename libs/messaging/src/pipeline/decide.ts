import type { Failure } from '../broker.js';
import { classifyFailure } from '../messaging.errors.js';
import type { Outcome } from '../outcome.js';
import type { Handled } from './handle.js';
import type { Pipeline } from './work.js';

/** What one run ended with: the handler's word, or what it threw. */
export type Run = { readonly handled: Handled } | { readonly thrown: unknown };

/** Finished, failed runs of this delivery so far. Infrastructure failures (`holds`) spend nothing. */
export interface FailedRuns {
  readonly attempts: number;
  readonly holds: number;
  readonly firstFailedAt?: string;
}

export const noFailedRuns: FailedRuns = { attempts: 0, holds: 0 };

/** What happens to the delivery now. `runAgain` and `hold` keep it; the others settle it. */
export type Verdict =
  | { readonly kind: 'done'; readonly as: 'done' | 'ignore' | 'duplicate' }
  | { readonly kind: 'retryLater'; readonly afterMs: number; readonly because: string }
  | { readonly kind: 'deadLetter'; readonly failure: Failure }
  | ({ readonly kind: 'runAgain' } & Kept)
  | ({ readonly kind: 'hold' } & Kept);

interface Kept {
  readonly waitMs: number;
  readonly because: string;
  readonly failed: FailedRuns;
}

type Policy = Pick<Pipeline, 'subscription' | 'clock'> & { readonly delaysNatively: boolean };

/** Pure: run and history in, verdict out. */
export function decide(run: Run, failed: FailedRuns, policy: Policy): Verdict {
  if ('thrown' in run) return decideThrown(run.thrown, failed, policy);
  const { handled } = run;
  switch (handled.kind) {
    case 'done':
    case 'ignore':
    case 'duplicate':
      return { kind: 'done', as: handled.kind };
    case 'deadLetter':
      return {
        kind: 'deadLetter',
        failure: failureOf(new Error(handled.because), spend(failed, policy), policy),
      };
    case 'retryLater':
      return handled.spendsAttempt
        ? attemptFailed(new Error(handled.because), failed, policy)
        : postpone(handled, failed, policy);
  }
}

/** A message nobody can read: no run, no attempt, straight to its dead letters. */
export function decideUnreadable(error: unknown, policy: Policy): Verdict {
  return { kind: 'deadLetter', failure: failureOf(error, noFailedRuns, policy) };
}

function decideThrown(thrown: unknown, failed: FailedRuns, policy: Policy): Verdict {
  switch (classifyFailure(thrown)) {
    case 'infrastructure':
      return hold(thrown, failed);
    case 'fatal':
      return { kind: 'deadLetter', failure: failureOf(thrown, spend(failed, policy), policy) };
    case 'retryable':
    case 'bug':
      return attemptFailed(thrown, failed, policy);
  }
}

/** Waits 0.1 s, doubling to 5 s, for as long as it takes: the message has done nothing wrong. */
function hold(thrown: unknown, failed: FailedRuns): Verdict {
  const waitMs = Math.min(5_000, 100 * 2 ** Math.min(failed.holds, 10));
  return { kind: 'hold', waitMs, because: String(thrown), failed: { ...failed, holds: failed.holds + 1 } };
}

function attemptFailed(thrown: unknown, before: FailedRuns, policy: Policy): Verdict {
  const failed = spend(before, policy);
  if (failed.attempts >= policy.subscription.maxAttempts) {
    return { kind: 'deadLetter', failure: failureOf(thrown, failed, policy) };
  }
  return { kind: 'runAgain', waitMs: 50 * failed.attempts, because: String(thrown), failed };
}

function postpone(
  { afterMs, because }: Outcome & { kind: 'retryLater' },
  failed: FailedRuns,
  { subscription, delaysNatively }: Policy,
): Verdict {
  const waitMs = afterMs ?? subscription.retryDelayMs ?? 1_000;
  return delaysNatively && subscription.retryDelayMs !== undefined
    ? { kind: 'retryLater', afterMs: waitMs, because }
    : { kind: 'hold', waitMs, because, failed };
}

function spend(failed: FailedRuns, { clock }: Policy): FailedRuns {
  const now = new Date(clock.now()).toISOString();
  return { ...failed, attempts: failed.attempts + 1, firstFailedAt: failed.firstFailedAt ?? now };
}

function failureOf(thrown: unknown, { attempts, firstFailedAt }: FailedRuns, { clock }: Policy): Failure {
  const error = thrown instanceof Error ? thrown : new Error(String(thrown));
  const lastFailedAt = new Date(clock.now()).toISOString();
  return {
    because: error.message,
    errorType: error.name,
    message: error.message,
    stack: error.stack ?? '',
    attempts,
    firstFailedAt: firstFailedAt ?? lastFailedAt,
    lastFailedAt,
  };
}
