import type { RunSaid } from '../breaker/flood-breaker.js';
import type { Capabilities, Failure } from '../broker.js';
import type { FailedRuns } from '../failed-runs.js';
import { keepable } from '../keepable.js';
import { classifyFailure } from '../messaging.errors.js';
import type { Outcome } from '../outcome.js';
import { delayAfter } from '../subscription.js';
import type { Handled, Parked } from './handled.js';
import type { Pipeline } from './work.js';

/** What one run ended with: the handler's word, or what it threw. */
export type Run = { readonly handled: Handled } | { readonly thrown: unknown };

/**
 * What happens to the delivery now. `hold` keeps it in hand and runs it again; `retryLater` sends it through a retry
 * address, `park` into the consumer's database; `done` and `deadLetter` end it.
 */
export type Verdict =
  | {
      readonly kind: 'done';
      readonly as: 'done' | 'ignore' | 'duplicate' | 'parked';
      /** `parked`: the first run of the message it stands behind. */
      readonly behind?: string;
    }
  | ({ readonly kind: 'retryLater'; readonly delayMs: number } & Postponed)
  | ({ readonly kind: 'park' } & Postponed)
  | { readonly kind: 'deadLetter'; readonly failure: Failure }
  | { readonly kind: 'hold'; readonly waitMs: number; readonly because: string; readonly failed: FailedRuns };

interface Postponed {
  /** Milliseconds since the epoch; not to be run before. */
  readonly dueAtMs: number;
  readonly because: string;
  readonly failed: FailedRuns;
}

export type Policy = Pick<Pipeline, 'subscription' | 'clock'> & {
  readonly capabilities: Pick<Capabilities, 'exactDelays'>;
  /** 0 to 1; for the jitter. */
  readonly random: () => number;
};

const longestReason = 1_024;

/** Pure: run and history in, verdict out. */
export function decide(run: Run, failed: FailedRuns, policy: Policy): Verdict {
  if ('thrown' in run) return decideThrown(run.thrown, failed, policy);
  const { handled } = run;
  switch (handled.kind) {
    case 'done':
    case 'ignore':
    case 'duplicate':
      return { kind: 'done', as: handled.kind };
    case 'parked':
      return parked(handled);
    case 'deadLetter':
      return setAside(new Error(handled.because), spend(failed, policy), policy);
    case 'retryLater':
      return handled.spendsAttempt
        ? attemptFailed(new Error(handled.because), failed, policy, handled.afterMs)
        : postpone(handled, failed, policy);
  }
}

export const parked = ({ behind }: Parked): Extract<Verdict, { kind: 'done' }> => ({
  kind: 'done',
  as: 'parked',
  ...(behind && { behind }),
});

/** Whether a run speaks for or against what all messages of the subscription depend on. */
export function saidBy(run: Run): RunSaid {
  if ('thrown' in run) {
    const kind = classifyFailure(run.thrown);
    return kind === 'retryable' || kind === 'bug' ? 'failed' : 'neutral';
  }
  const { handled } = run;
  if (handled.kind === 'retryLater') return handled.spendsAttempt ? 'failed' : 'neutral';
  return handled.kind === 'done' || handled.kind === 'ignore' ? 'succeeded' : 'neutral';
}

/** A message nobody can read: no run, no attempt, straight to its dead letters. */
export function decideUnreadable(error: unknown, failed: FailedRuns, policy: Policy): Verdict {
  return setAside(error, failed, policy);
}

function decideThrown(thrown: unknown, failed: FailedRuns, policy: Policy): Verdict {
  switch (classifyFailure(thrown)) {
    case 'infrastructure':
      return hold(thrown, failed);
    case 'fatal':
      return setAside(thrown, spend(failed, policy), policy);
    case 'retryable':
    case 'bug':
      return attemptFailed(thrown, failed, policy);
  }
}

/** Waits 0.1 s, doubling to 5 s, for as long as it takes: the message has done nothing wrong. */
function hold(thrown: unknown, failed: FailedRuns): Verdict {
  const waitMs = Math.min(5_000, 100 * 2 ** Math.min(failed.holds, 10));
  return {
    kind: 'hold',
    waitMs,
    because: said(String(thrown)),
    failed: { ...failed, holds: failed.holds + 1 },
  };
}

function attemptFailed(thrown: unknown, before: FailedRuns, policy: Policy, afterMs?: number): Verdict {
  const failed = spend(before, policy);
  const { maxAttempts, delaysMs } = policy.subscription;
  if (failed.attempts >= maxAttempts) return setAside(thrown, failed, policy);
  return later(
    afterMs ?? delayAfter(failed.attempts, delaysMs),
    afterMs ?? 0,
    String(thrown),
    failed,
    policy,
  );
}

/** Spends nothing, so it may come back any number of times. */
function postpone(
  { afterMs, because }: Outcome & { kind: 'retryLater' },
  failed: FailedRuns,
  policy: Policy,
): Verdict {
  return later(afterMs ?? policy.subscription.delaysMs[0]!, afterMs ?? 0, because, failed, policy);
}

/**
 * Rounded up to the next delay that has an address, or down to the longest; in the database any time will do. Jitter
 * never brings it forward past `atLeastMs`, which the handler asked for.
 */
function later(
  afterMs: number,
  atLeastMs: number,
  reason: string,
  failed: FailedRuns,
  policy: Policy,
): Verdict {
  const { subscription, clock } = policy;
  const because = said(reason);
  if (subscription.terminal) return { kind: 'hold', waitMs: afterMs, because, failed };
  const dueAtMs = (delayMs: number) =>
    clock.now() + Math.max(Math.min(atLeastMs, delayMs), jittered(delayMs, policy));
  if (subscription.onFailingKey === 'park')
    return { kind: 'park', dueAtMs: dueAtMs(afterMs), because, failed };
  const delayMs = subscription.delaysMs.find((ms) => ms >= afterMs) ?? subscription.delaysMs.at(-1)!;
  return { kind: 'retryLater', delayMs, dueAtMs: dueAtMs(delayMs), because, failed };
}

/** ±10 %, so that what failed together does not come back together. */
function jittered(delayMs: number, { capabilities, random }: Policy): number {
  return capabilities.exactDelays ? delayMs : Math.round(delayMs * (0.9 + 0.2 * random()));
}

/** A terminal reader sets nothing aside: it stands still until a person has seen to it. */
function setAside(thrown: unknown, failed: FailedRuns, policy: Policy): Verdict {
  if (policy.subscription.terminal) return hold(thrown, failed);
  return { kind: 'deadLetter', failure: failureOf(thrown, failed, policy) };
}

/** Every reader of what is told takes it. */
const said = (words: string): string => keepable(words, longestReason);

function spend(failed: FailedRuns, { clock }: Policy): FailedRuns {
  const now = new Date(clock.now()).toISOString();
  return { ...failed, attempts: failed.attempts + 1, firstFailedAt: failed.firstFailedAt ?? now };
}

function failureOf(thrown: unknown, failed: FailedRuns, { clock }: Policy): Failure {
  const error = thrown instanceof Error ? thrown : new Error(String(thrown));
  const lastFailedAt = new Date(clock.now()).toISOString();
  return {
    because: said(error.message),
    errorType: error.name,
    message: error.message,
    stack: error.stack ?? '',
    attempts: failed.attempts,
    firstFailedAt: failed.firstFailedAt ?? lastFailedAt,
    lastFailedAt,
    ...(failed.operationId && { operationId: failed.operationId }),
    ...(failed.firstAttempt && { firstAttempt: failed.firstAttempt }),
    ...(failed.lastAttempt && { lastAttempt: failed.lastAttempt }),
  };
}
