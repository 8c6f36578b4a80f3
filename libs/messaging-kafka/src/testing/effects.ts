import type { RawDelivery } from '@waybill/messaging';
import { textOf } from '@waybill/test-kit';

/**
 * What consumers with an inbox have brought about, whoever of them it was: keys side by side, a key's deliveries in turn
 * for each consumer, and the effect of a message when its handler is the first to end.
 */
export class Effects {
  /** By key, the texts in the order of their first effects. */
  readonly byKey = new Map<string, string[]>();
  /** Handlers that ended without effect, since there was one already. */
  copies = 0;
  private readonly handled = new Set<string>();

  constructor(private readonly handlerMsOf: (key: string) => number) {}

  get count(): number {
    return this.handled.size;
  }

  /** Offsets of one partition that are committed without an effect. */
  missingBefore(partition: number, committed: number): number[] {
    return Array.from({ length: Math.max(0, committed) }, (_, offset) => offset).filter(
      (offset) => !this.handled.has(`${partition} ${offset}`),
    );
  }

  /** For one consumer: its lanes are its own. */
  lanes(): (deliveries: readonly RawDelivery[]) => void {
    const lanes = new Map<string, Promise<void>>();
    return (deliveries) => {
      for (const delivery of deliveries) {
        const { key } = delivery.message;
        lanes.set(
          key,
          (lanes.get(key) ?? Promise.resolve()).then(() => this.handle(delivery)),
        );
      }
    };
  }

  /** One that is no longer current is not begun; one that was begun may have its effect all the same. */
  private async handle(delivery: RawDelivery): Promise<void> {
    if (!delivery.current) return;
    await new Promise((resolve) => setTimeout(resolve, this.handlerMsOf(delivery.message.key)));
    this.take(delivery);
    await delivery.done();
  }

  private take(delivery: RawDelivery): void {
    const { partition, offset } = delivery.origin;
    const id = `${partition} ${offset}`;
    if (this.handled.has(id)) return void this.copies++;
    this.handled.add(id);
    const { key } = delivery.message;
    this.byKey.set(key, [...(this.byKey.get(key) ?? []), textOf(delivery)]);
  }
}
