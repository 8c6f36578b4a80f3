import type { RawDelivery, Subscription } from '@waybill/messaging';
import type { Consumer as KafkajsConsumer, EachBatchPayload } from 'kafkajs';
import { AssignedPartitions, type Partitions } from './assigned-partitions.js';
import type { Standing } from './group-lag.js';
import { KafkaDelivery, type Holder, type Place } from './kafka-delivery.js';
import type { KafkaPublisher } from './kafka-publisher.js';
import type { NormalisedKafkaOptions } from './kafka.options.js';
import { asError } from './kafka.errors.js';
import { Stock, type Fetched } from './stock.js';
import { viaOf } from './topic-roles.js';

interface Context {
  readonly consumer: KafkajsConsumer;
  readonly subscription: Subscription;
  readonly options: NormalisedKafkaOptions;
  readonly hops: KafkaPublisher;
  readonly take: (deliveries: readonly RawDelivery[]) => void;
  /** Asks for a commit before the next one is due. */
  readonly commitSoon: () => Promise<void>;
  /** Asks for a session that begins at what is committed; `where` the position was set back. */
  readonly startOver: (where: string) => void;
}

/**
 * So many offsets of a partition may be in hand beyond the first uncommitted one: two prefetches, so that one is at hand
 * while the commit of the other is under way.
 */
const spanOf = (prefetch: number): number => Math.max(500, 2 * prefetch);
const pauseBetweenCommitsMs = 500;

/**
 * One epoch: from one assignment of partitions to the next. It ends when the group rebalances, and whatever is settled
 * after that changes nothing: the new owner delivers again from the committed offset, and the inbox absorbs the copies.
 *
 * At most `prefetch` deliveries are out; what was fetched beyond that is in stock, so that there is work at hand while
 * kafkajs notices a resumed partition, which takes it up to `maxWaitTimeInMs`.
 *
 * `fetching` ⇄ `full` (partitions paused, enough is in stock) → `stopped` (hands over no more, settling
 * still counts) → `revoked` (settling changes nothing).
 */
export class Assignment implements Holder {
  private state: 'fetching' | 'full' | 'stopped' | 'revoked' = 'fetching';
  private readonly assigned: AssignedPartitions;
  private readonly stock: Stock;
  private unsettled = 0;
  private hurries = false;
  private committing: Promise<void> = Promise.resolve();
  /** Of what is settled before it is handed over. */
  private handing: Promise<void> = Promise.resolve();
  private commitOffsets: EachBatchPayload['commitOffsetsIfNecessary'] | undefined;

  constructor(
    private readonly context: Context,
    partitions: Partitions,
  ) {
    this.assigned = new AssignedPartitions(partitions, spanOf(this.prefetch));
    this.stock = new Stock(this.prefetch, this.context.options.clock, () => this.handOver());
    // kafkajs keeps pauses across assignments; a partition that comes back would stay paused for ever.
    this.context.consumer.resume(this.assigned.all());
  }

  get subscription(): Subscription {
    return this.context.subscription;
  }

  get hops(): KafkaPublisher {
    return this.context.hops;
  }

  isCurrent(): boolean {
    return this.state !== 'revoked';
  }

  pause(ms: number): Promise<void> {
    return this.context.options.clock.wait(ms);
  }

  /** Keeps the batch, hands over as much as there is room for, and returns at once. */
  accept({ batch, resolveOffset, commitOffsetsIfNecessary }: EachBatchPayload): void {
    const { topic, partition, messages } = batch;
    const progress = this.assigned.at(batch);
    const [first, last] = [messages.at(0), messages.at(-1)];
    if (!this.handsOver || !progress || !first || !last) return;
    // kafkajs goes back to the beginning of a topic that ends before its position: made anew, or cut off. Counted by the
    // old offsets, all that it holds now would be taken for settled.
    if (progress.wasTaken(BigInt(first.offset))) return this.context.startOver(`${topic} ${partition}`);
    this.commitOffsets = commitOffsetsIfNecessary;
    const isRetry = viaOf(topic, this.subscription) === 'retry';
    for (const message of messages) {
      const fetched = { message, offset: BigInt(message.offset), progress };
      progress.take(fetched.offset);
      if (isRetry) this.stock.addRetry(fetched);
      else this.stock.add(fetched);
    }
    progress.passed(BigInt(batch.lastOffset()));
    resolveOffset(last.offset);
    this.handOver();
  }

  /** A fetch brought nothing but what no consumer sees. */
  passed(place: Place, last: bigint): void {
    if (this.handsOver) this.assigned.at(place)?.passed(last);
  }

  settle({ offset, progress }: Fetched): void {
    if (this.state === 'revoked') return;
    if (!this.settlesFirst) progress.settle(offset);
    this.unsettled--;
    // Not from within the caller's `done`, or a `take` that settles at once would recurse without end.
    if (this.unsettled === 0 || this.unsettled === Math.floor(this.prefetch / 2))
      setImmediate(() => this.handOver());
  }

  /** Takes no more; what is held can still be settled and committed. Resolves when nothing more will be handed over. */
  stop(): Promise<void> {
    if (this.handsOver) {
      this.state = 'stopped';
      this.stock.end();
      this.context.consumer.pause(this.assigned.all());
    }
    return this.handing;
  }

  revoke(): void {
    this.state = 'revoked';
    this.stock.end();
  }

  /** Commits the watermarks that moved; one commit at a time, so that none can overtake a later one. */
  commit(): Promise<void> {
    const commit = this.committing.then(() => this.commitNow());
    this.committing = commit.catch(() => undefined); // told to whoever asked for it
    return commit;
  }

  private get prefetch(): number {
    return this.context.subscription.prefetch;
  }

  private get handsOver(): boolean {
    return this.state === 'fetching' || this.state === 'full';
  }

  private handOver(): void {
    if (!this.handsOver) return;
    const next = this.stock.take(this.prefetch - this.unsettled);
    this.unsettled += next.length;
    this.regulate();
    if (this.stock.wantsCommit) this.commitSoon();
    if (next.length === 0) return;
    if (this.settlesFirst) this.handing = this.handing.then(() => this.settleFirst(next));
    else this.take(next);
  }

  private take(fetched: readonly Fetched[]): void {
    this.context.take(fetched.map((each) => new KafkaDelivery(each, this)));
  }

  private get settlesFirst(): boolean {
    return this.subscription.guarantee === 'at-most-once';
  }

  /**
   * At most once: committed, then handed over. The coordinator takes a commit only from the partitions' owner, so once one
   * is accepted nobody else is given these; until then nobody is, and it is tried again for as long as they are ours.
   */
  private async settleFirst(fetched: readonly Fetched[]): Promise<void> {
    for (const { offset, progress } of fetched) progress.settle(offset);
    while (this.handsOver) {
      try {
        await this.commit();
        return this.take(fetched);
      } catch (error) {
        this.tellUncommitted(asError(error));
        await this.pause(pauseBetweenCommitsMs);
      }
    }
  }

  private tellUncommitted({ message }: Error): void {
    const because = `not handed over before it is committed: ${message}`;
    this.context.options.events.emit({
      kind: 'infrastructure',
      subscription: this.subscription.name,
      because,
      waitMs: pauseBetweenCommitsMs,
    });
  }

  /** One at a time: settled meanwhile, more is committed by the next. */
  private commitSoon(): void {
    if (this.hurries) return;
    this.hurries = true;
    void this.context.commitSoon().finally(() => (this.hurries = false));
  }

  private regulate(): void {
    const { consumer } = this.context;
    this.state = this.stock.isEnough ? 'full' : 'fetching';
    const isOpen = (place: Place) =>
      this.state === 'fetching' && this.stock.isFetchable(this.assigned.at(place)!);
    consumer.pause(this.assigned.where((place) => !isOpen(place)));
    consumer.resume(this.assigned.where(isOpen));
  }

  /**
   * One try, by way of a batch, in which kafkajs names member and generation as the call is made: since an assignment is
   * revoked before kafkajs joins again, they are this epoch's, and the coordinator refuses what arrives later.
   * `consumer.commitOffsets` tries again and names whichever generation it finds by then.
   */
  private async commitNow(): Promise<void> {
    const topics = this.isCurrent() ? this.assigned.moved() : [];
    if (topics.length === 0 || !this.commitOffsets) return;
    await this.commitOffsets({ topics });
    this.assigned.wereCommitted(topics);
    this.handOver();
  }

  /** Where each partition stands that brings new work: not those of retries, which wait on purpose. */
  get standing(): Standing[] {
    return this.assigned
      .places()
      .filter(({ topic }) => viaOf(topic, this.subscription) !== 'retry')
      .map((place) => {
        const progress = this.assigned.at(place)!;
        return { ...place, next: this.stock.firstOf(progress) ?? progress.next };
      });
  }
}
