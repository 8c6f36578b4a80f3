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
  readonly address: string;
  readonly partition?: number;
  readonly offset?: string;
  /** The broker knows or suspects that it delivered this message before. */
  readonly redelivered: boolean;
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
}

/**
 * One attempt of a broker to hand a message to a subscription. Exactly one of the settling methods is called, once;
 * none rejects for a lost connection or a revoked partition, since the broker then delivers again by itself.
 */
export interface RawDelivery {
  readonly message: Message;
  readonly origin: Origin;
  /** False once the connection or the partition is gone: settling it can change nothing any more. */
  readonly current: boolean;
  /** Handled (or a duplicate, or ignored): acknowledge or count towards the commit. */
  done(): Promise<void>;
  /** Durably stored for later with confirm, then settled. Only where the broker delays natively. */
  retryLater(afterMs: number): Promise<void>;
  /** Original bytes, key and headers plus the failure to the dead-letter address with confirm, then settled. */
  deadLetter(failure: Failure): Promise<void>;
}

/** A subscription's connection. It hands over deliveries and never waits for their handling. */
export interface Consumer {
  /** Resolves when the broker has accepted the subscription; keeps reconnecting by itself afterwards. */
  start(): Promise<void>;
  /** Takes no more; deliveries already handed over may still be settled. */
  stopTaking(): Promise<void>;
  /** Commits what is settled and leaves; what is not settled goes back to the broker. */
  close(): Promise<void>;
}

/** What differs between brokers, as data. */
export interface Capabilities {
  readonly keepsKeyOrder: boolean;
  readonly delaysNatively: boolean;
  readonly replaysHistory: boolean;
  readonly countsDeliveries: boolean;
  readonly priorities: number;
  readonly maxMessageBytes: number;
}

export interface BrokerHealth {
  readonly state: 'connected' | 'connecting' | 'disconnected';
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
  health(): BrokerHealth;
  /** Closes publishers and consumers that are still open. */
  close(): Promise<void>;
}
