import { steadyClock, type Clock, type MessagingEvents, type Publisher } from '@waybill/messaging';

export interface OutboxRelayOptions {
  /** The relay opens connections of its own: one per broker, and one to wake and be woken. */
  readonly databaseUrl: string;
  /** By the broker names that stand in the rows. They stay the caller's to close, after `stop`. */
  readonly publishers: Readonly<Record<string, Publisher>>;
  /**
   * Name of this replica, different from all others. One that restarts under its old name takes its leases back at
   * once instead of waiting for them to run out.
   */
  readonly owner: string;
  readonly events: MessagingEvents;
  readonly clock?: Clock;
  /** How long a relay that has died keeps others from its shares. Default 10,000. */
  readonly leaseMs?: number;
  /** Rows per round. Default 1,000. */
  readonly batchSize?: number;
  /** Rows sent before reading begins higher: up to twice as many dead entries may lie in its way. Default 2,000. */
  readonly riseEvery?: number;
  /** Longest time a row waits when nothing wakes the relay. Default 100. */
  readonly pollMs?: number;
  /** Shortest time between two rounds that leave nothing behind: under load, rows gather. Default 10. */
  readonly gatherMs?: number;
  /** Brokers on which a key never has two unconfirmed messages. Default: RabbitMQ, which may lose the first alone. */
  readonly oneUnconfirmedPerKey?: readonly string[];
  /** First and longest pause after a round with unknown results, or without a database. Default 100 and 2,000. */
  readonly retryMs?: readonly [first: number, longest: number];
  /** Between two looks at what waits and what holds back, which are told as `outbox` events. Default 5,000. */
  readonly lookEveryMs?: number;
  /** First and longest pause before a refused row is tried again. Default 5,000 and 300,000. */
  readonly refusedRetryMs?: readonly [first: number, longest: number];
}

export type RelaySettings = Required<OutboxRelayOptions>;

/** The one place of the relay's defaults. */
export function relaySettings(options: OutboxRelayOptions): RelaySettings {
  return {
    clock: steadyClock,
    leaseMs: 10_000,
    batchSize: 1_000,
    riseEvery: 2_000,
    pollMs: 100,
    gatherMs: 10,
    lookEveryMs: 5_000,
    oneUnconfirmedPerKey: ['rabbitmq'],
    retryMs: [100, 2_000],
    refusedRetryMs: [5_000, 300_000],
    ...options,
  };
}

/** Renewed three times in a lease's life. */
export const renewEveryMs = ({ leaseMs }: RelaySettings): number => leaseMs / 3;

/** What must be left of a lease when a publish begins. */
export const marginMs = ({ leaseMs }: RelaySettings): number => leaseMs / 5;
