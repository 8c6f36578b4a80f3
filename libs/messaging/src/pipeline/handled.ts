import type { Outcome } from '../outcome.js';

/** What one run of a handler came to; a duplicate and a parked message were not run at all. */
export type Handled = Outcome | { readonly kind: 'duplicate' | 'parked' };

export const leavesInboxRow = ({ kind }: Handled): boolean => kind === 'done' || kind === 'ignore';
