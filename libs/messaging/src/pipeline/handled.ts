import type { Outcome } from '../outcome.js';

/** Put behind an earlier message of its key, whose first run had the `traceparent` `behind`. */
export interface Parked {
  readonly kind: 'parked';
  readonly behind?: string;
}

/** What one run of a handler came to; a duplicate and a parked message were not run at all. */
export type Handled = Outcome | { readonly kind: 'duplicate' } | Parked;

export const leavesInboxRow = ({ kind }: Handled): boolean => kind === 'done' || kind === 'ignore';
