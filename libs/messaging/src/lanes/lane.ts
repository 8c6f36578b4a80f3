import type { RawDelivery } from '../broker.js';

/** Decides which deliveries run together, in turn or side by side. Bounded by the adapter's prefetch. */
export interface Lane {
  /** Returns at once. */
  accept(deliveries: readonly RawDelivery[]): void;
  /** Resolves when nothing is held. */
  idle(): Promise<void>;
  /** Deliveries accepted and not finished. */
  readonly held: number;
  /** These deliveries, in no particular order. */
  inHand(): Iterable<RawDelivery>;
}

/** Finishes the given deliveries; never rejects because of a message. */
export type Process = (deliveries: readonly RawDelivery[]) => Promise<void>;
