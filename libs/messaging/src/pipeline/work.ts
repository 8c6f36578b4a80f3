import type { Capabilities, Publisher, RawDelivery } from '../broker.js';
import type { FloodBreaker } from '../breaker/flood-breaker.js';
import type { Clock } from '../clock.js';
import type { Contract } from '../contract.js';
import type { Announce } from '../delivery-notice.js';
import type { AnyHandler } from '../handler.js';
import type { IdempotencyStore } from '../idempotency-store.js';
import type { Envelope } from '../message.js';
import type { MessagingEvents } from '../messaging-events.js';
import type { HeadClaim, KeyStates } from '../parking/key-states.js';
import type { SqlDatabase } from '../sql-transaction.js';
import type { Subscription } from '../subscription.js';
import type { Suspects } from '../suspects/suspects.js';
import type { FailedRuns } from '../failed-runs.js';

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
  readonly capabilities: Pick<Capabilities, 'exactDelays'>;
  /** 0 to 1; for the jitter of retries. */
  readonly random: () => number;
  readonly breaker: FloodBreaker;
  /** Stores elsewhere what does not come from the broker just now. */
  readonly publisher: Publisher;
  /** Absent where no failing key parks. */
  readonly keys?: KeyStates;
  /** Absent where nothing is kept about redelivered messages. */
  readonly suspects?: Suspects;
  /** Absent where nobody hears of retries, parked messages, dead letters and operations. */
  readonly announce?: Announce;
  /** Aborted when the drain's time is up: what is unsettled then goes back to the broker. */
  readonly released: AbortSignal;
}

/** A delivery that decode and route have accepted. */
export interface Work extends Route {
  readonly delivery: RawDelivery;
  readonly envelope: Envelope;
  readonly payload: unknown;
  /** Of earlier deliveries, as its headers or its key's state tell. */
  readonly failed: FailedRuns;
  /** In hand when a process died: it runs with nothing beside it. */
  readonly suspect?: { readonly deaths: number };
  /** It comes out of the consumer's database, under this claim. */
  readonly head?: HeadClaim;
}
