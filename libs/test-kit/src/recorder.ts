import type { RawDelivery } from '@waybill/messaging';
import { eventually } from './eventually.js';

export const textOf = ({ message }: RawDelivery): string => Buffer.from(message.body).toString();

/** Takes deliveries and keeps them, in the order and the batches they came in; settles none unless told to. */
export class Recorder {
  readonly batches: (readonly RawDelivery[])[] = [];
  mostUnsettled = 0;
  private unsettled = 0;
  private readonly onDelivery: (delivery: RawDelivery) => unknown;

  constructor(onDelivery: (delivery: RawDelivery) => unknown = () => undefined) {
    this.onDelivery = onDelivery;
  }

  readonly take = (deliveries: readonly RawDelivery[]): void => {
    this.batches.push(deliveries);
    this.unsettled += deliveries.length;
    this.mostUnsettled = Math.max(this.mostUnsettled, this.unsettled);
    for (const delivery of deliveries) this.onDelivery(delivery);
  };

  /** Settles each delivery on a later turn, as a handler would. */
  static settling(): Recorder {
    const recorder: Recorder = new Recorder((delivery) => setImmediate(() => recorder.settle(delivery)));
    return recorder;
  }

  settle(delivery: RawDelivery): void {
    this.unsettled--;
    void delivery.done();
  }

  get deliveries(): readonly RawDelivery[] {
    return this.batches.flat();
  }

  get texts(): readonly string[] {
    return this.deliveries.map(textOf);
  }

  /** All deliveries so far, as soon as there are `count`. */
  async atLeast(count: number, withinMs = 30_000): Promise<readonly RawDelivery[]> {
    await eventually(() => {
      if (this.deliveries.length < count) throw new Error(`${this.deliveries.length} of ${count} deliveries`);
    }, withinMs);
    return this.deliveries;
  }
}
