import type { RawDelivery } from '../broker.js';
import type { Envelope } from '../message.js';
import type { Verdict } from './decide.js';
import type { Pipeline } from './work.js';

/** Turns a verdict into the event that telemetry and tests see. */
export function report(
  verdict: Verdict,
  { delivery, envelope }: { readonly delivery: RawDelivery; readonly envelope?: Envelope },
  { events, subscription }: Pipeline,
  elapsedMs = 0,
): void {
  const about = { subscription: subscription.name, origin: delivery.origin, ...(envelope && { envelope }) };
  switch (verdict.kind) {
    case 'done':
      return events.emit(
        verdict.as === 'duplicate'
          ? { kind: 'duplicate', ...about }
          : { kind: 'handled', outcome: verdict.as, elapsedMs, ...about },
      );
    case 'retryLater':
      return events.emit({ ...about, ...verdict });
    case 'deadLetter':
      return events.emit({ kind: 'deadLettered', failure: verdict.failure, ...about });
    case 'runAgain':
      return events.emit({
        kind: 'retrying',
        because: verdict.because,
        attempts: verdict.failed.attempts,
        ...about,
      });
    case 'hold':
      return events.emit({
        kind: 'infrastructure',
        subscription: subscription.name,
        because: verdict.because,
        waitMs: verdict.waitMs,
      });
  }
}
