import type { OrderQueue } from './order-queue.js';
import type { Limits } from './pressure.js';

export const BACKPRESSURE_OPTIONS = Symbol('backpressure options');

export interface BackpressureOptions {
  readonly queue: OrderQueue;
  readonly limits: Limits;
  /** Counting the outbox costs the database, so not too often. */
  readonly lookEveryMs: number;
}
