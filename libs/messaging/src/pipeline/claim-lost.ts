import type { ClaimLostError } from '../parking/parking.errors.js';
import type { Pipeline } from './work.js';

/** Nothing is held up: somebody else has the head by now, and sees to it. */
export function tellClaimLost({ message }: ClaimLostError, { events, subscription }: Pipeline): void {
  events.emit({ kind: 'infrastructure', subscription: subscription.name, because: message, waitMs: 0 });
}
