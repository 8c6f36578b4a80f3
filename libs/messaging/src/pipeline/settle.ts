import type { RawDelivery } from '../broker.js';
import type { Verdict } from './decide.js';

export type Settling = Exclude<Verdict, { kind: 'runAgain' | 'hold' }>;

/**
 * Tells the broker, last of all. Dying before it: the message comes again and meets its inbox row. A retry or a dead
 * letter is first stored elsewhere with confirm; dying between the two leaves a copy, never a gap.
 */
export function settle(delivery: RawDelivery, verdict: Settling): Promise<void> {
  switch (verdict.kind) {
    case 'done':
      return delivery.done();
    case 'retryLater':
      return delivery.retryLater(verdict.afterMs);
    case 'deadLetter':
      return delivery.deadLetter(verdict.failure);
  }
}
