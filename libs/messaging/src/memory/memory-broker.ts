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
import { InfrastructureError } from '../messaging.errors.js';
import type { Message } from '../message.js';
import { deadLetterAddresses, inletAddresses, retryAddresses } from '../subscription-addresses.js';
import type { Subscription } from '../subscription.js';
import { MemoryConsumer } from './memory-consumer.js';
import { maxMessageBytes, MemoryServer } from './memory-server.js';

const capabilities: Capabilities = {
  keepsKeyOrder: true,
  handsOutKeysAhead: true,
  dropsCopies: false,
  fansOut: true,
  delaysNatively: true,
  exactDelays: false,
  maxDelayMs: 2 ** 31 - 1,
  replaysHistory: true,
  countsDeliveries: false,
  staticMembership: false,
  priorities: 10,
  rpc: false,
  maxMessageBytes,
};

/**
 * A broker in this process. It loses everything with the process, and is held to the same conformance suite as the
 * others. Each `MemoryBroker` is what one process has of it: its connection, which can be cut, restored and killed.
 * Those of one `MemoryServer` share its messages.
 */
export class MemoryBroker implements Broker {
  readonly name = 'memory';
  readonly capabilities = capabilities;
  private link: 'whole' | 'cut' | 'killed' = 'whole';
  private readonly consumers = new Set<MemoryConsumer>();

  constructor(private readonly server = new MemoryServer()) {}

  publisher(): Publisher {
    const inFlight = new Set<Promise<unknown>>();
    return {
      publish: (batch) => {
        const publishing = this.publish(batch).finally(() => inFlight.delete(publishing));
        inFlight.add(publishing);
        return publishing;
      },
      close: async () => void (await Promise.all(inFlight)),
    };
  }

  consumer(subscription: Subscription, take: (deliveries: readonly RawDelivery[]) => void): Consumer {
    const queue = this.server.queueOf(subscription);
    const consumer = new MemoryConsumer(
      queue,
      take,
      () => this.isReachable,
      () => this.forget(consumer),
    );
    this.consumers.add(consumer);
    this.server.join(consumer);
    return consumer;
  }

  async problemsWith(subscription: Subscription): Promise<readonly string[]> {
    if (!this.isReachable) throw new InfrastructureError('the connection is lost');
    const besides = [deadLetterAddresses, inletAddresses, retryAddresses].flatMap((of) => of(subscription));
    const missing = [...subscription.addresses, ...besides].filter((address) => !this.server.has(address));
    return missing.map((address) => `address ${address} is missing`);
  }

  /** What was ever written to an address, dead letters included. */
  written(address: string): readonly Message[] {
    return this.server.written(address);
  }

  health(): BrokerHealth {
    return this.isReachable
      ? { state: 'connected' }
      : { state: 'disconnected', lastError: 'the connection is lost' };
  }

  async close(): Promise<void> {
    await Promise.all([...this.consumers].map((consumer) => consumer.close()));
  }

  /** Loses the connection and finds none, until `restore`. */
  cut(): void {
    this.link = 'cut';
    for (const consumer of this.consumers) consumer.lost();
  }

  restore(): void {
    if (this.link !== 'cut') return;
    this.link = 'whole';
    for (const consumer of this.consumers) consumer.found();
  }

  /** As when its process dies: nothing is settled or written from now on, and nobody says goodbye. */
  kill(): void {
    this.cut();
    this.link = 'killed';
  }

  private get isReachable(): boolean {
    return this.link === 'whole' && this.server.isUp;
  }

  private async publish(batch: readonly OutgoingMessage[]): Promise<readonly PublishResult[]> {
    if (this.link === 'whole') return this.server.write(batch);
    const because = new InfrastructureError('the connection is lost');
    return batch.map(() => ({ status: 'unknown', because }));
  }

  private forget(consumer: MemoryConsumer): void {
    this.consumers.delete(consumer);
    this.server.leave(consumer);
  }
}
