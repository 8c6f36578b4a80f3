import type { KafkaMessage } from 'kafkajs';
import type { Place } from './kafka-delivery.js';
import { asError, KafkaClosedError } from './kafka.errors.js';
import type { NormalisedKafkaOptions } from './kafka.options.js';
import { PartitionWriter, type Claim } from './partition-writer.js';
import type { Processing } from './processing.js';
import { isFenced, TransactionalProducer } from './transactional-producer.js';

const pauseBetweenTriesMs = 500;
/** Of the grace period; a transaction takes less than a second. */
const longestEndMs = 5_000;

interface Listener {
  /** Somebody else has claimed its id. */
  fenced(error: Error): void;
  /** Once more it was tried, with whatever result: it moves. */
  tried(): void;
}

/**
 * One partition of one assignment.
 *
 * `owned` –the group rebalances, or the lane closes→ `ended`
 * `owned` –somebody else has claimed its id→ `ended`, and tells so.
 */
export class TransactionalPartition {
  private state: 'owned' | 'ended' = 'owned';
  private claim: Claim | undefined;
  private working: Promise<void> = Promise.resolve();
  private waiting = 0;
  private readonly writer: PartitionWriter;
  mustLookBack: boolean;

  constructor(
    private readonly processing: Processing,
    private readonly place: Place,
    private readonly options: NormalisedKafkaOptions,
    private readonly listener: Listener,
  ) {
    this.writer = new PartitionWriter(processing, place, options);
    this.mustLookBack = (processing.lookBack ?? 0) > 0;
  }

  get partition(): number {
    return this.place.partition;
  }

  /** The first offset that was not processed, once that is known. */
  get next(): bigint | undefined {
    return this.writer.readTo ?? this.claim?.next;
  }

  /** Messages in hand. */
  get held(): number {
    return this.waiting;
  }

  /** Claims its id. Where it is to be read from, so that `known` is told what went before; nothing if it is not ours. */
  async begin(): Promise<bigint | undefined> {
    let next: bigint | undefined;
    await this.untilDone(async (claim) => void (next = claim.next));
    if (next === undefined) return undefined;
    this.mustLookBack = false;
    const back = next - BigInt(this.processing.lookBack ?? 0);
    return back > 0n ? back : 0n;
  }

  /** Resolves once they are written for good, or the partition is no longer ours: whether a transaction was made for them. */
  async process(messages: readonly KafkaMessage[]): Promise<boolean> {
    this.waiting += messages.length;
    let wrote = false;
    try {
      await this.untilDone(async (claim) => void (wrote = await this.writer.write(messages, claim)));
      return wrote;
    } finally {
      this.waiting -= messages.length;
    }
  }

  /**
   * What is being written may still be committed: the next owner's claim waits for it, or refuses it. So nothing is lost by
   * giving up what no broker answers, before the process has to end.
   */
  async end(): Promise<void> {
    this.state = 'ended';
    const finished = new AbortController();
    const working = this.working.finally(() => finished.abort());
    await Promise.race([working, this.options.clock.wait(longestEndMs, finished.signal)]);
    if (!finished.signal.aborted) return this.claim?.producer.giveUp();
    await this.claim?.producer.close();
  }

  /** One piece of work after the other. */
  private untilDone(work: (claim: Claim) => Promise<void>): Promise<void> {
    return (this.working = this.working.then(() => this.tryUntilDone(work)));
  }

  private async tryUntilDone(work: (claim: Claim) => Promise<void>): Promise<void> {
    while (this.state === 'owned') {
      this.listener.tried();
      try {
        this.claim ??= await this.makeClaim();
        return await work(this.claim);
      } catch (error) {
        this.claim?.producer.giveUp();
        this.claim = undefined;
        if (isFenced(error)) return this.giveWay(asError(error));
        this.tell(asError(error));
        await this.options.clock.wait(pauseBetweenTriesMs);
      }
    }
  }

  private async makeClaim(): Promise<Claim> {
    const producer = new TransactionalProducer(this.options, this.processing.group, this.place);
    try {
      const next = await producer.claim();
      if (this.state === 'ended') throw new KafkaClosedError('claimed too late');
      return { producer, next };
    } catch (error) {
      producer.giveUp();
      throw error;
    }
  }

  private giveWay(error: Error): void {
    if (this.state === 'ended') return;
    this.state = 'ended';
    this.listener.fenced(error);
  }

  private tell({ message }: Error): void {
    const { topic, partition } = this.place;
    this.options.events.emit({
      kind: 'infrastructure',
      subscription: this.processing.group,
      because: `${topic} ${partition}: ${message}`,
      waitMs: pauseBetweenTriesMs,
    });
  }
}
