import type { RawDelivery } from '../broker.js';
import type { Clock } from '../clock.js';
import type { Contract } from '../contract.js';
import type { AnyHandler } from '../handler.js';
import type { IdempotencyStore } from '../idempotency-store.js';
import type { Envelope } from '../message.js';
import type { MessagingEvents } from '../messaging-events.js';
import type { SqlDatabase } from '../sql-transaction.js';
import type { Subscription } from '../subscription.js';

/** Which handler takes which type; `*` takes all that no other takes. */
export type Routes = ReadonlyMap<string, Route>;

export interface Route {
  readonly contract: Contract;
  readonly handler: AnyHandler;
}

/** All that the steps need besides the deliveries. */
export interface Pipeline {
  readonly subscription: Subscription;
  readonly routes: Routes;
  readonly database: SqlDatabase;
  readonly inbox: IdempotencyStore;
  readonly events: MessagingEvents;
  readonly clock: Clock;
  /** The broker's capability: `retryLater` may leave this process. */
  readonly delaysNatively: boolean;
  /** Aborted when the drain's time is up: what is unsettled then goes back to the broker. */
  readonly released: AbortSignal;
}

/** A delivery that decode and route have accepted. */
export interface Work extends Route {
  readonly delivery: RawDelivery;
  readonly envelope: Envelope;
  readonly payload: unknown;
}
