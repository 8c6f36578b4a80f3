import type {
  Broker,
  BrokerHealth,
  Capabilities,
  Consumer,
  Failure,
  OutgoingMessage,
  Publisher,
  PublishResult,
  RawDelivery,
} from '../broker.js';
import { systemClock, type Clock } from '../clock.js';
import type { Message } from '../message.js';
import type { Subscription } from '../subscription.js';
import { MemoryQueue } from './memory-queue.js';

const capabilities: Capabilities = {
  keepsKeyOrder: true,
  delaysNatively: true,
  replaysHistory: false,
  countsDeliveries: false,
  priorities: 1,
  maxMessageBytes: Number.MAX_SAFE_INTEGER,
};

/**
 * A broker in this process: every subscription has a queue per address, and what is unsettled at close is delivered
 * again. It loses everything with the process, and is held to the same conformance suite as the others.
 */
export class MemoryBroker implements Broker {
  readonly name = 'memory';
  readonly capabilities = capabilities;
  private readonly queues = new Map<string, MemoryQueue>();
  private readonly messages = new Map<string, Message[]>();

  constructor(private readonly clock: Clock = systemClock) {}

  publisher(): Publisher {
    return {
      publish: (batch) => Promise.resolve(batch.map((outgoing) => this.write(outgoing))),
      close: () => Promise.resolve(),
    };
  }

  consumer(subscription: Subscription, take: (deliveries: readonly RawDelivery[]) => void): Consumer {
    const queue = this.queueOf(subscription);
    return {
      start: async () => queue.open(subscription.prefetch, take),
      stopTaking: async () => queue.stop(),
      close: async () => queue.close(),
    };
  }

  /** What was ever written to an address, dead letters included; for tests. */
  written(address: string): readonly Message[] {
    return this.messages.get(address) ?? [];
  }

  health(): BrokerHealth {
    return { state: 'connected' };
  }

  async close(): Promise<void> {
    for (const queue of this.queues.values()) queue.close();
  }

  private queueOf(subscription: Subscription): MemoryQueue {
    const existing = this.queues.get(subscription.name);
    if (existing) return existing;
    const queue = new MemoryQueue(subscription, this.clock, (message, failure) =>
      this.write({ address: `${subscription.name}.dlq`, message: withFailure(message, failure) }),
    );
    this.queues.set(subscription.name, queue);
    return queue;
  }

  private write({ address, message }: OutgoingMessage): PublishResult {
    const written = this.messages.get(address) ?? [];
    this.messages.set(address, [...written, message]);
    for (const queue of this.queues.values()) queue.offer(address, message);
    return { status: 'confirmed', partition: 0, offset: String(written.length) };
  }
}

function withFailure(message: Message, failure: Failure): Message {
  const headers = { ...message.headers, 'waybill-failure-reason': failure.because };
  return { ...message, headers: { ...headers, 'waybill-attempts': String(failure.attempts) } };
}
