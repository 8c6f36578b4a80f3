import type { Clock } from '@waybill/messaging';
import type { KafkaMessage } from 'kafkajs';
import { NotDueYet } from './not-due-yet.js';
import type { PartitionProgress } from './partition-progress.js';

export interface Fetched {
  readonly message: KafkaMessage;
  readonly offset: bigint;
  /** Of its partition. */
  readonly progress: PartitionProgress;
}

/** Small messages: so many prefetches, as long as they are not more than so many bytes. */
const most = { prefetches: 8, bytes: 4 * 1024 * 1024 };

/**
 * What was fetched and is not handed over yet. Each partition keeps its order. They take turns, so that none waits for
 * another's backlog and a batch has the keys of all; one whose next message is beyond its reach is passed over until a
 * commit has moved it.
 */
export class Stock {
  /** The one whose turn it is stands first. */
  private readonly queues = new Map<PartitionProgress, Fetched[]>();
  private readonly notDue: NotDueYet;
  private bytes = 0;

  /** `onDue` is told when a message of a retry topic has become due. */
  constructor(
    private readonly prefetch: number,
    clock: Clock,
    onDue: () => void,
  ) {
    this.notDue = new NotDueYet(clock, onDue);
  }

  /**
   * Time to stop fetching. kafkajs notices a resumed partition only when its fetch or its sleep ends, which takes up to
   * `maxWaitTimeInMs`; one prefetch of small messages would be handled long before. Of large ones a prefetch must do, or
   * they would fill the memory.
   */
  get isEnough(): boolean {
    const { size, prefetch } = this;
    return size >= prefetch * most.prefetches || (size >= prefetch && this.bytes >= most.bytes);
  }

  /** How many can be handed over, now or when there is room for them. */
  private get size(): number {
    return [...this.queues.values()].reduce(
      (sum, queue) => sum + (this.isHeldUp(queue) ? 0 : queue.length),
      0,
    );
  }

  /** A commit would move what can be handed over: begun at half the reach, it is over before the rest is used up. */
  get wantsCommit(): boolean {
    return [...this.queues.values()].some(
      ([next]) => next !== undefined && next.progress.isFarOut(next.offset),
    );
  }

  add(fetched: Fetched): void {
    const queue = this.queues.get(fetched.progress) ?? [];
    queue.push(fetched);
    this.bytes += bytesOf(fetched.message);
    this.queues.set(fetched.progress, queue);
  }

  addRetry(fetched: Fetched): void {
    this.notDue.add(fetched);
  }

  take(count: number): Fetched[] {
    for (const fetched of this.notDue.takeDue()) this.add(fetched);
    const taken: Fetched[] = [];
    while (taken.length < count) {
      const next = this.next();
      if (!next) break;
      this.bytes -= bytesOf(next.message);
      taken.push(next);
    }
    return taken;
  }

  /** The first offset of a partition that is here. */
  firstOf(partition: PartitionProgress): bigint | undefined {
    return this.queues.get(partition)?.[0]?.offset;
  }

  /** More of a partition is of no use while what it brought is not due, or while a message in hand holds it up. */
  isFetchable(partition: PartitionProgress): boolean {
    return !this.notDue.holds(partition) && !this.isHeldUp(this.queues.get(partition) ?? []);
  }

  end(): void {
    this.notDue.end();
  }

  /** Of the first that can; its partition then stands behind all others. */
  private next(): Fetched | undefined {
    for (const [progress, queue] of this.queues) {
      if (!queue[0] || !isInReach(queue[0])) continue;
      this.queues.delete(progress);
      this.queues.set(progress, queue);
      return queue.shift();
    }
    return undefined;
  }

  /** Beyond reach, and no commit would change that: within milliseconds it would, and is not worth a pause. */
  private isHeldUp([next]: readonly Fetched[]): boolean {
    return next !== undefined && !isInReach(next) && next.progress.toCommit() === undefined;
  }
}

const isInReach = ({ offset, progress }: Fetched): boolean => progress.isInReach(offset);

const bytesOf = ({ value }: KafkaMessage): number => value?.length ?? 0;
