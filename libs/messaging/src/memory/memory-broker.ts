import type {
  Broker,
  BrokerHealth,
  Capabilities,
  Consumer,
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
  exactDelays: false,
  maxDelayMs: 2 ** 31 - 1,
  replaysHistory: false,
  countsDeliveries: false,
  staticMembership: false,
  priorities: 1,
  maxMessageBytes: Number.MAX_SAFE_INTEGER,
};

/**
 * A broker in this process: every subscription has a queue for its addresses, retries and inlets, and what is unsettled
 * at close is delivered again. It loses everything with the process, and is held to the same conformance suite as the
 * others.
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
      waiting: async () => queue.waitingCount,
    };
  }

  /** Addresses need not be made here. */
  async problemsWith(): Promise<readonly string[]> {
    return [];
  }

  /** What was ever written to an address, dead letters included. */
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
    const queue = new MemoryQueue(subscription, this.clock, (outgoing) => void this.write(outgoing));
    this.queues.set(subscription.name, queue);
    return queue;
  }

  private write({ address, message }: OutgoingMessage): PublishResult {
    const written = this.messages.get(address) ?? [];
    written.push(message);
    this.messages.set(address, written);
    for (const queue of this.queues.values()) queue.offer(address, message);
    return { status: 'confirmed', partition: 0, offset: String(written.length - 1) };
  }
}
