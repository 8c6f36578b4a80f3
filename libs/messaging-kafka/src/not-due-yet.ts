import type { Clock } from '@waybill/messaging';
import type { KafkaMessage } from 'kafkajs';
import type { PartitionProgress } from './partition-progress.js';
import type { Fetched } from './stock.js';

interface Waiting extends Fetched {
  readonly dueAtMs: number;
}

/**
 * Messages of retry topics that were fetched before their time, per partition in order: one that is not due holds up
 * those behind it, which are due hardly later. Their partitions stay paused meanwhile. What is here at the end of an
 * assignment is uncommitted, so it is fetched again.
 */
export class NotDueYet {
  private readonly queues = new Map<PartitionProgress, Waiting[]>();
  private readonly ended = new AbortController();
  private readonly sleeping = new Set<PartitionProgress>();

  /** `onDue` is told when at least one has become due. */
  constructor(
    private readonly clock: Clock,
    private readonly onDue: () => void,
  ) {}

  add(fetched: Fetched): void {
    const { message, progress } = fetched;
    const queue = this.queues.get(progress) ?? [];
    queue.push({ ...fetched, dueAtMs: dueAtMsOf(message) });
    this.queues.set(progress, queue);
    void this.wakeWhenDue(progress);
  }

  holds(partition: PartitionProgress): boolean {
    return (this.queues.get(partition)?.length ?? 0) > 0;
  }

  /** Those that are due, in order of each partition. */
  takeDue(): Waiting[] {
    const now = this.clock.now();
    return [...this.queues.values()].flatMap((queue) => {
      const end = queue.findIndex(({ dueAtMs }) => dueAtMs > now);
      return queue.splice(0, end < 0 ? queue.length : end);
    });
  }

  end(): void {
    this.ended.abort();
    this.queues.clear();
  }

  private async wakeWhenDue(partition: PartitionProgress): Promise<void> {
    if (this.sleeping.has(partition)) return;
    this.sleeping.add(partition);
    for (let head = this.queues.get(partition)?.[0]; head; head = this.queues.get(partition)?.[0]) {
      await this.clock.wait(Math.max(0, head.dueAtMs - this.clock.now()), this.ended.signal);
      if (this.ended.signal.aborted) break;
      this.onDue();
    }
    this.sleeping.delete(partition);
  }
}

/** At once, when the header is missing or says nothing. */
function dueAtMsOf({ headers }: KafkaMessage): number {
  const atMs = Date.parse(String(headers?.['waybill-due-at'] ?? ''));
  return Number.isNaN(atMs) ? 0 : atMs;
}
