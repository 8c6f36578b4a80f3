import type { Message } from './message.js';
import type { Subscription } from './subscription.js';

/** A message on its way out. */
export interface OutgoingMessage {
  /** Kafka topic, RabbitMQ `exchange/routing.key`, or a RabbitMQ queue's name (through the default exchange). */
  readonly address: string;
  readonly message: Message;
  /** RabbitMQ only: 0 to 9. */
  readonly priority?: number;
}

/**
 * `confirmed` – the broker has it durably. `refused` – this message can never be taken (too large, no route).
 * `unknown` – it may have been written or not: publish it again, the inbox absorbs the copy.
 */
export type PublishResult =
  | { readonly status: 'confirmed'; readonly partition?: number; readonly offset?: string }
  | { readonly status: 'refused' | 'unknown'; readonly because: Error };

/**
 * Publishes with confirms. One publisher has one connection or producer of its own, so that a failure in one
 * purpose (relay, dead letters) resets no other.
 */
export interface Publisher {
  /**
   * One result per message, in the order given; never rejects, and settles within 30 s even when the broker is gone.
   * Messages of one key are written in the order given, over successive calls too if the caller awaits each.
   */
  publish(batch: readonly OutgoingMessage[]): Promise<readonly PublishResult[]>;
  /** Awaits what is in flight, then closes. */
  close(): Promise<void>;
}

/** Where a delivery came from; what a person needs to find it again. */
export interface Origin {
  /** The address it was read from. */
  readonly address: string;
  readonly partition?: number;
  readonly offset?: string;
  /**
   * The broker knows or cannot rule out that it delivered this message before. On Kafka: the first 500
   * offsets of every assignment, or twice the `prefetch` if that is more; nothing further ahead is ever in hand.
   */
  readonly redelivered: boolean;
  /** `inlet`: a control message of a person; `retry`: back from its delay; `parked`: out of the consumer's database. */
  readonly via: 'address' | 'retry' | 'inlet' | 'parked';
}

/** Why a message was set aside; becomes the failure headers of the dead letter. */
export interface Failure {
  readonly because: string;
  readonly errorType: string;
  readonly message: string;
  readonly stack: string;
  readonly attempts: number;
  readonly firstFailedAt: string;
  readonly lastFailedAt: string;
  /** `traceparent` of the first run, and of the one that ended with this. */
  readonly firstAttempt?: string;
  readonly lastAttempt?: string;
  /** The replay or correction that made it run this time. */
  readonly operationId?: string;
}

/**
 * One attempt of a broker to hand a message to a subscription. `done` settles it, once. The other two copy it to another
 * address and leave it unsettled: true once the copy is confirmed, false when the delivery stopped being ours before.
 * None rejects for a lost connection or a revoked partition, since the broker then delivers again by itself; `retryLater`
 * alone rejects, where the message with its headers is larger than the retry address takes (`isTooLarge`).
 * `headers` are added to those that the message came with and replace any of their names; key, bytes and all other
 * headers stay as they came.
 */
export interface RawDelivery {
  readonly message: Message;
  readonly origin: Origin;
  /** False once it is settled, or the connection or the partition is gone: settling it can change nothing any more. */
  readonly current: boolean;
  /** Handled, or stored durably elsewhere: acknowledge or count towards the commit. */
  done(): Promise<void>;
  /**
   * To the retry address of `delayMs`, one of the subscription's delays. Comes back `via: 'retry'`, not before
   * `waybill-due-at` where the headers have it.
   */
  retryLater(delayMs: number, headers: Readonly<Record<string, string>>): Promise<boolean>;
  /** To the dead-letter address. */
  deadLetter(headers: Readonly<Record<string, string>>): Promise<boolean>;
}

/** A subscription's connection. It hands over deliveries and never waits for their handling. */
export interface Consumer {
  /** Resolves when the broker has accepted the subscription; keeps reconnecting by itself afterwards. */
  start(): Promise<void>;
  /** Takes no more; deliveries already handed over may still be settled. */
  stopTaking(): Promise<void>;
  /** Commits what is settled and leaves; what is not settled goes back to the broker. */
  close(): Promise<void>;
  /**
   * Messages of the subscription's addresses and inlets that wait to be handed over: neither what is in hand nor what
   * waits out its delay. Nothing when the broker cannot say.
   */
  waiting(): Promise<number | undefined>;
}

/** What differs between brokers, as data. */
export interface Capabilities {
  readonly keepsKeyOrder: boolean;
  /** A consumer may be handed later messages of a key while it holds an earlier one. */
  readonly handsOutKeysAhead: boolean;
  /** The broker itself drops a message whose id it has seen a few minutes ago. */
  readonly dropsCopies: boolean;
  /** Several subscriptions of one address each get all that is sent there. */
  readonly fansOut: boolean;
  /** The broker itself hands a message out later; else the consumer waits with it in hand. */
  readonly delaysNatively: boolean;
  /** Every message of a delay waits exactly as long as the others, so there is no jitter. */
  readonly exactDelays: boolean;
  readonly maxDelayMs: number;
  readonly replaysHistory: boolean;
  readonly countsDeliveries: boolean;
  /** A member that comes back within the session timeout keeps its partitions. */
  readonly staticMembership: boolean;
  readonly priorities: number;
  /** Questions are answered straight to whoever asked. Beside the port: an adapter that has it exports client and server. */
  readonly rpc: boolean;
  readonly maxMessageBytes: number;
}

export interface BrokerHealth {
  /** `blocked`: connected, but the broker takes no messages for the time being; it still hands them out. */
  readonly state: 'connected' | 'blocked' | 'connecting' | 'disconnected';
  readonly lastError?: string;
}

/** The port that each messaging-* library implements. */
export interface Broker {
  readonly name: Subscription['broker'];
  readonly capabilities: Capabilities;
  /** `purpose` names the publisher in logs and on the broker's connection list. */
  publisher(purpose: string): Publisher;
  /** `take` must return at once; the adapter holds at most `subscription.prefetch` unsettled deliveries. */
  consumer(subscription: Subscription, take: (deliveries: readonly RawDelivery[]) => void): Consumer;
  /**
   * Every reason why the subscription's addresses cannot work as they are on the broker: one is missing, no dead-letter
   * route is bound, a retention is too short. Rejects while the broker cannot be asked.
   */
  problemsWith(subscription: Subscription): Promise<readonly string[]>;
  health(): BrokerHealth;
  /** Closes publishers and consumers that are still open. */
  close(): Promise<void>;
}
