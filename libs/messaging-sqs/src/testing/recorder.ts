import type { RawDelivery } from '@waybill/messaging';
import { eventually } from '@waybill/test-kit';

/** Takes deliveries and keeps them, unsettled, in the order and the batches they came in. */
export class Recorder {
  readonly batches: (readonly RawDelivery[])[] = [];
  readonly take = (deliveries: readonly RawDelivery[]): void => void this.batches.push(deliveries);

  get deliveries(): readonly RawDelivery[] {
    return this.batches.flat();
  }

  get texts(): readonly string[] {
    return this.deliveries.map(({ message }) => Buffer.from(message.body).toString());
  }

  /** The first `count` deliveries, as soon as there are as many. */
  async atLeast(count: number): Promise<readonly RawDelivery[]> {
    await eventually(() => {
      if (this.deliveries.length < count) throw new Error(`${this.deliveries.length} of ${count} deliveries`);
    });
    return this.deliveries;
  }
}
