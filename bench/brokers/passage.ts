import type { Publisher, RawDelivery } from '@waybill/messaging';
import type { Contender, Measured } from '../contest/contender.ts';
import { Stopwatch } from '../contest/stopwatch.ts';
import { numbered, textOf } from './messages.ts';
import type { Station } from './stations.ts';

const keys = 100;
const batch = 500;
const withinMs = 120_000;
/** Enough in hand that no broker waits for us. */
const prefetch = 500;

export interface Load {
  readonly name: string;
  readonly messages: number;
  readonly bytes: number;
}

/**
 * Publishes with confirms, and settles what comes out by a subscription that keeps the order of keys: the work of one
 * process at both ends. Every message must come once, each key's in the order in which it was published.
 */
export class Passage implements Contender {
  readonly name: string;
  private published = 0;
  private left = 0;
  private arrived = Promise.withResolvers<void>();
  private readonly last = new Map<string, number>();
  private readonly bodies: readonly Uint8Array[];

  private readonly load: Load;
  private readonly address: string;
  private readonly publisher: Publisher;
  readonly close: () => Promise<void>;

  private constructor(load: Load, address: string, publisher: Publisher, close: () => Promise<void>) {
    this.load = load;
    this.address = address;
    this.publisher = publisher;
    this.close = close;
    this.name = load.name;
    this.bodies = Array.from({ length: 20 }, () => textOf(load.bytes));
  }

  static async open(station: Station, load: Load): Promise<Passage> {
    const { address, subscriptions } = await station.prepare({ prefetch });
    const publisher = station.broker.publisher('bench');
    let leave = async () => {};
    const passage = new Passage(load, address, publisher, async () => {
      await publisher.close();
      await leave();
    });
    leave = await station.consume(subscriptions[0]!, (delivery) => passage.take(delivery));
    return passage;
  }

  async round(): Promise<Measured> {
    const { messages } = this.load;
    this.left = messages;
    this.arrived = Promise.withResolvers();
    this.arrived.promise.catch(() => 'told to whoever awaits it');
    const late = setTimeout(
      () => this.arrived.reject(new Error(`${this.name}: ${this.left} missing`)),
      withinMs,
    );
    const watch = new Stopwatch();
    try {
      for (let first = 0; first < messages; first += batch)
        await this.publish(Math.min(batch, messages - first));
      await this.arrived.promise;
      return watch.measured(messages);
    } finally {
      clearTimeout(late);
    }
  }

  private async publish(count: number): Promise<void> {
    const outgoing = Array.from({ length: count }, () => {
      const number = this.published++;
      const body = this.bodies[number % this.bodies.length]!;
      return { address: this.address, message: numbered(number, keys, body) };
    });
    const results = await this.publisher.publish(outgoing);
    const lost = results.find(({ status }) => status !== 'confirmed');
    if (lost)
      throw new Error(`${this.name}: ${lost.status}, ${String((lost as { because: Error }).because)}`);
  }

  private take(delivery: RawDelivery): void {
    const { key, attributes } = delivery.message;
    const sequence = Number(attributes['sequence']);
    const expected = (this.last.get(key) ?? 0) + 1;
    if (sequence !== expected)
      return this.arrived.reject(
        new Error(`${this.name}: ${key} brought ${sequence} instead of ${expected}`),
      );
    this.last.set(key, sequence);
    void delivery.done().then(() => {
      this.left--;
      if (this.left === 0) this.arrived.resolve();
    });
  }
}
