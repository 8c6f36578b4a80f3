import type { Broker } from './broker.js';
import type { Clock } from './clock.js';
import type { Contract } from './contract.js';
import type { Announce } from './delivery-notice.js';
import type { AnyHandler } from './handler.js';
import type { IdempotencyStore } from './idempotency-store.js';
import type { MessagingEvents } from './messaging-events.js';
import type { SqlDatabase } from './sql-transaction.js';
import type { Subscription } from './subscription.js';
import type { Patience } from './watch/progress-watch.js';

export interface RunnerOptions {
  readonly broker: Broker;
  readonly subscription: Subscription;
  readonly handlers: readonly { readonly contract: Contract; readonly handler: AnyHandler }[];
  readonly database: SqlDatabase;
  readonly inbox: IdempotencyStore;
  readonly events: MessagingEvents;
  /** Tells of retries, parked messages, dead letters and operations; normally through the outbox to `deliveries`. */
  readonly announce?: Announce;
  /**
   * `database`: the database has the tables of `sql/delivery-state.sql`. `none`: it has not; no key parks, no operation
   * is carried out and no suspect is found. Default `database`.
   */
  readonly deliveryState?: 'database' | 'none';
  readonly clock?: Clock;
  /** Keyed lane: messages handled side by side; at most the database pool − 2. Default 8. */
  readonly width?: number;
  /** How long it may stand still with work before it is rebuilt or `wedged`. */
  readonly patience?: Partial<Patience>;
}
