import kafkajs, { type Kafka } from 'kafkajs';
import { hideWhatWasAborted } from './aborted-messages.js';
import { FencedSockets } from './fenced-sockets.js';
import { stopIdleTimers } from './idle-timers.js';
import { endStoppedFetches } from './stopped-fetches.js';
import type { NormalisedKafkaOptions } from './kafka.options.js';
import { registerSnappy } from './snappy-codec.js';

/** One kafkajs client that can be given up at once. */
export interface KafkaClient {
  readonly kafka: Kafka;
  /** Ends every connection and every retry of this client; it cannot be used again. */
  giveUp(): void;
  /** Bytes that wait for a broker that does not read. */
  waitingBytes(): number;
}

registerSnappy();
stopIdleTimers();
endStoppedFetches();
hideWhatWasAborted();

const connectionTimeoutMs = 3_000;

/**
 * kafkajs clients are never shared: two consumers of one group on one client overwrite each other's table of committed
 * offsets, and giving one up must not take the others along. What they would log is told by events and errors instead.
 */
export function connectableClient(options: NormalisedKafkaOptions, purpose: string): KafkaClient {
  const sockets = new FencedSockets(options.socketFactory);
  const kafka = new kafkajs.Kafka({
    brokers: [...options.brokers],
    clientId: `${options.clientId}.${purpose}`,
    connectionTimeout: connectionTimeoutMs,
    requestTimeout: options.requestTimeoutMs,
    logLevel: kafkajs.logLevel.NOTHING,
    socketFactory: sockets.factory,
    retry: { retries: 5, initialRetryTime: 100, multiplier: 1, factor: 0, maxRetryTime: 1_000 },
    ...(options.ssl && { ssl: options.ssl }),
    ...(options.sasl && { sasl: options.sasl }),
  });
  return { kafka, giveUp: () => sockets.fence(), waitingBytes: () => sockets.waitingBytes };
}
