import type { RawDelivery } from '../broker.js';
import type { Lane, Process } from './lane.js';

/**
 * One short transaction per message: different keys side by side, one key never. A message without a key waits for
 * nobody. At most `width` at once, which must leave the connection pool room (pool − 2).
 */
export class KeyedLane implements Lane {
  /** Keys with work, each with its deliveries in the order received; the first of a running key is being processed. */
  private readonly queues = new Map<string, RawDelivery[]>();
  private readonly ready: string[] = [];
  private readonly running = new Set<Promise<void>>();
  private keyless = 0;
  held = 0;

  constructor(
    private readonly process: Process,
    private readonly width: number,
  ) {}

  accept(deliveries: readonly RawDelivery[]): void {
    for (const delivery of deliveries) this.enqueue(delivery);
    this.startReady();
  }

  inHand(): Iterable<RawDelivery> {
    return [...this.queues.values()].flat();
  }

  async idle(): Promise<void> {
    while (this.running.size > 0) await Promise.race(this.running);
  }

  private enqueue(delivery: RawDelivery): void {
    this.held++;
    const key = delivery.message.key || `\0${this.keyless++}`;
    const queue = this.queues.get(key);
    if (queue) return void queue.push(delivery);
    this.queues.set(key, [delivery]);
    this.ready.push(key);
  }

  private startReady(): void {
    while (this.running.size < this.width && this.ready.length > 0) {
      const running = this.runFirstOf(this.ready.shift()!).finally(() => {
        this.running.delete(running);
        this.startReady();
      });
      this.running.add(running);
    }
  }

  private async runFirstOf(key: string): Promise<void> {
    const queue = this.queues.get(key)!;
    await this.process([queue[0]!]).finally(() => {
      this.held--;
      queue.shift();
      if (queue.length > 0) this.ready.push(key);
      else this.queues.delete(key);
    });
  }
}
