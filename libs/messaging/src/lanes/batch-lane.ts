import type { RawDelivery } from '../broker.js';
import type { Lane, Process } from './lane.js';

/** Bounds the transaction's length; what arrives meanwhile forms the next batch. */
const largestBatch = 200;

/**
 * One batch at a time, in the order received; whatever arrives while one runs is the next. So batches grow with load
 * by themselves, a lone message waits for nothing, and no key can overtake itself.
 */
export class BatchLane implements Lane {
  private waiting: RawDelivery[] = [];
  private running: Promise<void> | undefined;
  private inBatch = 0;

  constructor(private readonly process: Process) {}

  get held(): number {
    return this.waiting.length + this.inBatch;
  }

  accept(deliveries: readonly RawDelivery[]): void {
    this.waiting.push(...deliveries);
    this.running ??= this.run().finally(() => (this.running = undefined));
  }

  async idle(): Promise<void> {
    while (this.running) await this.running;
  }

  private async run(): Promise<void> {
    while (this.waiting.length > 0) {
      const batch = this.waiting.splice(0, largestBatch);
      this.inBatch = batch.length;
      await this.process(batch).finally(() => (this.inBatch = 0));
    }
  }
}
