import type { RawDelivery } from '../broker.js';
import type { Clock } from '../clock.js';
import type { Subscription } from '../subscription.js';
import type { Lane, Process } from './lane.js';

type Batch = readonly RawDelivery[];

/** Bounds the transaction's length; what arrives meanwhile forms the next batch. */
const largestBatch = 200;
/** While one batch waits for the database, the other is decoded and handled. */
const sideBySide = 2;

/**
 * Batches in the order received; whatever arrives while one runs is the next. So batches grow with load by themselves,
 * and a lone message waits for nothing but the subscription's `gatherMs`. Once so much waits that the next batch is full,
 * it runs beside the first, but for messages whose key is in that one: no key can overtake itself.
 */
export class BatchLane implements Lane {
  private readonly waiting: RawDelivery[] = [];
  private readonly batches = new Set<Batch>();
  private readonly running = new Set<Promise<void>>();
  private gathered = new AbortController();

  constructor(
    private readonly process: Process,
    private readonly subscription: Pick<Subscription, 'gatherMs' | 'prefetch'>,
    private readonly clock: Clock,
  ) {}

  get held(): number {
    return [...this.batches].reduce((sum, { length }) => sum + length, this.waiting.length);
  }

  accept(deliveries: readonly RawDelivery[]): void {
    this.waiting.push(...deliveries);
    if (this.full) this.gathered.abort('full'); // a reason spares Node an exception with a stack trace
    this.startWanted();
  }

  inHand(): Iterable<RawDelivery> {
    return [...this.batches, this.waiting].flat();
  }

  async idle(): Promise<void> {
    while (this.running.size > 0) await Promise.race(this.running);
  }

  /** Nothing more would come before these are settled, or be taken along. */
  private get full(): boolean {
    return this.waiting.length >= Math.min(largestBatch, this.subscription.prefetch);
  }

  private get mayBegin(): boolean {
    return this.batches.size === 0 || this.waiting.length >= largestBatch;
  }

  private startWanted(): void {
    const wanted = this.waiting.length < largestBatch ? 1 : sideBySide;
    if (this.running.size < wanted) this.start();
  }

  private start(): void {
    const running: Promise<void> = this.run().finally(() => this.running.delete(running));
    this.running.add(running);
  }

  /** The only loop goes on until nothing waits; one beside it, for as long as the next batch is full. */
  private async run(): Promise<void> {
    do {
      await this.gather();
      const batch = this.mayBegin ? this.takeFree() : [];
      if (batch.length === 0) return;
      this.batches.add(batch);
      this.startWanted(); // what the batch before held up may be free beside this one
      await this.process(batch).finally(() => this.batches.delete(batch));
    } while (this.waiting.length > 0);
  }

  /** The oldest, without those whose key is in a batch that runs, or behind one that stays. */
  private takeFree(): Batch {
    if (this.batches.size === 0) return this.waiting.splice(0, largestBatch);
    const busy = new Set([...this.batches].flatMap((batch) => batch.map(keyOf)).filter(Boolean));
    const batch: RawDelivery[] = [];
    const staying: RawDelivery[] = [];
    let seen = 0;
    while (batch.length < largestBatch && seen < this.waiting.length) {
      const delivery = this.waiting[seen++]!;
      (busy.has(keyOf(delivery)) ? staying : batch).push(delivery);
    }
    this.waiting.splice(0, seen, ...staying);
    return batch;
  }

  private async gather(): Promise<void> {
    const { gatherMs = 0 } = this.subscription;
    if (gatherMs === 0 || this.full || this.batches.size > 0) return;
    this.gathered = new AbortController();
    await this.clock.wait(gatherMs, this.gathered.signal);
  }
}

const keyOf = ({ message }: RawDelivery): string => message.key;
