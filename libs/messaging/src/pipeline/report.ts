import type { RawDelivery } from '../broker.js';
import type { Envelope } from '../message.js';
import type { FailedRuns } from '../failed-runs.js';
import type { MessagingEvent } from '../messaging-events.js';
import type { Verdict } from './decide.js';
import type { Pipeline } from './work.js';

interface Reported {
  readonly delivery: RawDelivery;
  readonly envelope?: Envelope;
  readonly failed?: FailedRuns;
}

/** Turns a verdict into the event that telemetry and tests see. */
export function report(
  verdict: Verdict,
  { delivery, envelope, failed }: Reported,
  { events, subscription, clock }: Pipeline,
  elapsedMs = 0,
): void {
  const { name, broker } = subscription;
  const about = { broker, subscription: name, origin: delivery.origin, ...(envelope && { envelope }) };
  switch (verdict.kind) {
    case 'done':
      return events.emit(doneEvent(verdict, about, { elapsedMs, attempts: (failed?.attempts ?? 0) + 1 }));
    case 'retryLater':
    case 'park':
      return events.emit({
        kind: 'retryLater',
        because: verdict.because,
        attempts: verdict.failed.attempts,
        afterMs: verdict.dueAtMs - clock.now(),
        where: verdict.kind === 'park' ? 'parked' : 'broker',
        ...(verdict.failed.lastAttempt && { attempt: verdict.failed.lastAttempt }),
        ...about,
      });
    case 'deadLetter':
      return events.emit({
        kind: 'deadLettered',
        failure: verdict.failure,
        ...(verdict.failure.lastAttempt && { attempt: verdict.failure.lastAttempt }),
        ...about,
      });
    case 'hold':
      return events.emit({
        kind: 'infrastructure',
        subscription: name,
        because: verdict.because,
        waitMs: verdict.waitMs,
      });
  }
}

function doneEvent(
  { as, behind }: Extract<Verdict, { kind: 'done' }>,
  about: Omit<Extract<MessagingEvent, { kind: 'duplicate' }>, 'kind'>,
  run: { readonly elapsedMs: number; readonly attempts: number },
): MessagingEvent {
  if (as === 'duplicate') return { ...about, kind: as };
  if (as === 'parked') return { ...about, kind: as, ...(behind && { behind }) };
  return { ...about, kind: 'handled', outcome: as, ...run };
}
