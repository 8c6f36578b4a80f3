import type { OutboxRelay } from '@waybill/outbox';
import type {
  Announce,
  Broker,
  IdempotencyStore,
  MessagingEvents,
  RunnerOptions,
  RunnerStatus,
  SqlDatabase,
  Subscription,
} from '@waybill/messaging';
import type { Answers } from './rpc/rpc-contract.js';

export interface MessagingOptions {
  readonly brokers: readonly Broker[];
  /** What this service consumes; each needs at least one handler, and each handler one of these. */
  readonly subscriptions: readonly Subscription[];
  readonly database: SqlDatabase;
  readonly inbox: IdempotencyStore;
  readonly events: MessagingEvents;
  /** Tells of retries, parked messages, dead letters and operations; normally `announceThrough(outbox, …)`. */
  readonly announce?: Announce;
  /** Brings questions to the methods with `@AnswersRpc`; a service without such methods has none. */
  readonly answers?: Answers;
  /** Sends what the handlers announce; a service without an outbox has none. */
  readonly relay?: Pick<OutboxRelay, 'start' | 'stop'>;
  /** Keyed lane: messages handled side by side, at most the database pool − 2. Default 8. */
  readonly width?: number;
  /** How long a drain may take before what is held goes back to the broker. Default 15,000 ms. */
  readonly drainMs?: number;
  /** How long the whole process has after SIGTERM; the drain must be shorter. Default 25,000 ms. */
  readonly graceMs?: number;
  /** How long handled ids are known; every retry must be over by then. Default 30. */
  readonly inboxDays?: number;
  /** `none` where the database lacks the tables of `delivery-state.sql`. Default `database`. */
  readonly deliveryState?: RunnerOptions['deliveryState'];
  /** How long a subscription may stand still with work before it is rebuilt or counts as wedged. */
  readonly patience?: RunnerOptions['patience'];
  /** Given a way to ask how the subscriptions stand, for health answers and metrics. */
  readonly watch?: (status: () => Readonly<Record<string, RunnerStatus>>) => void;
}

export const MESSAGING_OPTIONS = Symbol('MessagingOptions');
