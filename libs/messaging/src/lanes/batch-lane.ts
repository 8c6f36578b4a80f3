import type { RawDelivery } from '../broker.js';
import type { Clock } from '../clock.js';
import type { Subscription } from '../subscription.js';
import type { Lane, Process } from './lane.js';

/** Bounds the transaction's length; what arrives meanwhile forms the next batch. */
const largestBatch = 200;

/**
 * One batch at a time, in the order received; whatever arrives while one runs is the next. So batches grow with load
 * by themselves, a lone message waits for nothing but the subscription's `gatherMs`, and no key can overtake itself.
 */
export class BatchLane implements Lane {
  private waiting: RawDelivery[] = [];
  private running: Promise<void> | undefined;
  private inBatch = 0;
  private gathered = new AbortController();

  constructor(
    private readonly process: Process,
    private readonly subscription: Pick<Subscription, 'gatherMs' | 'prefetch'>,
    private readonly clock: Clock,
  ) {}

  get held(): number {
    return this.waiting.length + this.inBatch;
  }

  accept(deliveries: readonly RawDelivery[]): void {
    this.waiting.push(...deliveries);
    if (this.full) this.gathered.abort();
    this.running ??= this.run().finally(() => (this.running = undefined));
  }

  async idle(): Promise<void> {
    while (this.running) await this.running;
  }

  /** Nothing more would come before these are settled, or be taken along. */
  private get full(): boolean {
    return this.waiting.length >= Math.min(largestBatch, this.subscription.prefetch);
  }

  private async run(): Promise<void> {
    while (this.waiting.length > 0) {
      await this.gather();
      const batch = this.waiting.splice(0, largestBatch);
      this.inBatch = batch.length;
      await this.process(batch).finally(() => (this.inBatch = 0));
    }
  }

  private async gather(): Promise<void> {
    const { gatherMs = 0 } = this.subscription;
    if (gatherMs === 0 || this.full) return;
    this.gathered = new AbortController();
    await this.clock.wait(gatherMs, this.gathered.signal);
  }
}
