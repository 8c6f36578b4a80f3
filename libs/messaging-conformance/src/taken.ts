import type { Consumer, RawDelivery } from '@waybill/messaging';
import { ok } from 'node:assert/strict';
import type { Eventually } from './eventually.js';
import { textOf } from './messages.js';

/** What one consumer was handed, in order. Nothing is settled unless told. */
export class Taken {
  readonly deliveries: RawDelivery[] = [];
  private asked = 0;
  private consuming: Consumer | undefined;

  constructor(
    private readonly eventually: Eventually,
    private readonly onDelivery: (delivery: RawDelivery) => void = () => undefined,
  ) {}

  readonly take = (deliveries: readonly RawDelivery[]): void => {
    this.deliveries.push(...deliveries);
    deliveries.forEach(this.onDelivery);
  };

  /** Its own consumer, once. */
  consumedBy(consumer: Consumer): this {
    this.consuming = consumer;
    return this;
  }

  get consumer(): Consumer {
    return this.consuming!;
  }

  get texts(): string[] {
    return this.deliveries.map(({ message }) => textOf(message));
  }

  /** The first delivery that was not asked for before. */
  async next(): Promise<RawDelivery> {
    const index = this.asked++;
    await this.eventually(() => ok(this.deliveries.length > index, `no delivery ${index + 1} came`));
    return this.deliveries[index]!;
  }

  async atLeast(count: number): Promise<readonly RawDelivery[]> {
    await this.eventually(() =>
      ok(this.deliveries.length >= count, `${this.deliveries.length} of ${count} deliveries came`),
    );
    this.asked = Math.max(this.asked, count);
    return this.deliveries;
  }

  async settleAll(): Promise<void> {
    await Promise.all(this.deliveries.map((delivery) => delivery.done()));
  }
}
