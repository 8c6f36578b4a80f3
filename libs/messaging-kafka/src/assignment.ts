import type { RawDelivery, Subscription } from '@waybill/messaging';
import type { Consumer as KafkajsConsumer, EachBatchPayload, TopicPartitionOffsetAndMetadata } from 'kafkajs';
import { kafkaDelivery, type Holder, type Place } from './kafka-delivery.js';
import type { KafkaPublisher } from './kafka-publisher.js';
import { NotDueYet } from './not-due-yet.js';
import type { NormalisedKafkaOptions } from './kafka.options.js';
import { PartitionProgress } from './partition-progress.js';
import { Reserve } from './reserve.js';
import { viaOf } from './topic-roles.js';

/** By topic, the partitions that are ours. */
export type Partitions = Readonly<Record<string, readonly number[]>>;

interface Context {
  readonly consumer: KafkajsConsumer;
  readonly subscription: Subscription;
  readonly options: NormalisedKafkaOptions;
  readonly hops: KafkaPublisher;
  readonly take: (deliveries: readonly RawDelivery[]) => void;
}

/**
 * One epoch: from one assignment of partitions to the next. It ends when the group rebalances, and whatever is settled
 * after that changes nothing: the new owner delivers again from the committed offset, and the inbox absorbs the copies.
 *
 * At most `prefetch` deliveries are out; what was fetched beyond that waits here, so that there is work at hand while
 * kafkajs notices a resumed partition, which takes it up to `maxWaitTimeInMs`.
 *
 * `fetching` ⇄ `full` (partitions paused, enough waits here) → `stopped` (hands over no more, settling
 * still counts) → `revoked` (settling changes nothing).
 */
export class Assignment implements Holder {
  private state: 'fetching' | 'full' | 'stopped' | 'revoked' = 'fetching';
  private readonly progress = new Map<string, PartitionProgress>();
  private readonly waiting: Reserve;
  private readonly notDue: NotDueYet;
  /** The first offset that each partition brought in this epoch. */
  private readonly first = new Map<string, bigint>();
  private unsettled = 0;
  private committing: Promise<void> = Promise.resolve();

  constructor(
    private readonly context: Context,
    private readonly partitions: Partitions,
  ) {
    for (const [topic, own] of Object.entries(partitions))
      for (const partition of own) this.progress.set(placeOf(topic, partition), new PartitionProgress());
    this.waiting = new Reserve(this.prefetch);
    this.notDue = new NotDueYet(this.context.options.clock, () => this.handOver());
    // kafkajs keeps pauses across assignments; a partition that comes back would stay paused for ever.
    this.context.consumer.resume(this.all());
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
  accept({ batch, resolveOffset }: EachBatchPayload): void {
    const progress = this.progress.get(placeOf(batch.topic, batch.partition));
    const last = batch.messages.at(-1);
    if (!this.handsOver || !progress || !last) return;
    this.noteFirst(batch);
    const isRetry = viaOf(batch.topic, this.subscription) === 'retry';
    for (const message of batch.messages)
      if (progress.take(BigInt(message.offset)))
        if (isRetry) this.notDue.add(message, batch);
        else this.waiting.add({ message, place: batch });
    resolveOffset(last.offset);
    if (isRetry) this.context.consumer.pause([placeFor(batch)]);
    this.handOver();
  }

  mayHaveBeenDelivered(topic: string, partition: number, offset: bigint): boolean {
    const first = this.first.get(placeOf(topic, partition));
    return first !== undefined && offset < first + BigInt(this.prefetch);
  }

  settle(topic: string, partition: number, offset: bigint): void {
    if (this.state === 'revoked') return;
    this.progress.get(placeOf(topic, partition))!.settle(offset);
    this.unsettled--;
    // Not from within the caller's `done`, or a `take` that settles at once would recurse without end.
    if (this.unsettled === Math.floor(this.prefetch / 2)) setImmediate(() => this.handOver());
  }

  /** Takes no more; what is held can still be settled and committed. */
  stop(): void {
    if (!this.handsOver) return;
    this.state = 'stopped';
    this.notDue.end();
    this.context.consumer.pause(this.all());
  }

  revoke(): void {
    this.state = 'revoked';
    this.notDue.end();
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
    this.takeDue();
    const next = this.waiting.take(this.prefetch - this.unsettled);
    this.unsettled += next.length;
    this.regulate();
    if (next.length > 0)
      this.context.take(next.map(({ message, place }) => kafkaDelivery(message, place, this)));
  }

  private regulate(): void {
    const state = this.waiting.isEnough ? 'full' : 'fetching';
    if (state === this.state) return;
    this.state = state;
    if (state === 'full') this.context.consumer.pause(this.all());
    else this.context.consumer.resume(this.fetchable());
  }

  private noteFirst({ topic, partition, messages }: EachBatchPayload['batch']): void {
    const place = placeOf(topic, partition);
    if (!this.first.has(place)) this.first.set(place, BigInt(messages[0]!.offset));
  }

  /** A retry partition goes on when all it brought has become due. */
  private takeDue(): void {
    const due = this.notDue.takeDue();
    for (const fetched of due) this.waiting.add(fetched);
    const drained = due.filter(({ place: { topic, partition } }) => !this.notDue.holds(topic, partition));
    if (drained.length > 0 && this.state === 'fetching')
      this.context.consumer.resume(drained.map(({ place }) => placeFor(place)));
  }

  /** All but the partitions whose messages are not due. */
  private fetchable(): { topic: string; partitions: number[] }[] {
    return this.all().map(({ topic, partitions }) => ({
      topic,
      partitions: partitions.filter((partition) => !this.notDue.holds(topic, partition)),
    }));
  }

  private async commitNow(): Promise<void> {
    const offsets = this.isCurrent() ? this.moved() : [];
    if (offsets.length === 0) return;
    await this.context.consumer.commitOffsets(offsets);
    for (const { topic, partition, offset } of offsets)
      this.progress.get(placeOf(topic, partition))!.wasCommitted(BigInt(offset));
  }

  private moved(): TopicPartitionOffsetAndMetadata[] {
    return this.all().flatMap(({ topic, partitions }) =>
      partitions.flatMap((partition) => {
        const offset = this.progress.get(placeOf(topic, partition))!.toCommit();
        return offset === undefined ? [] : [{ topic, partition, offset: String(offset) }];
      }),
    );
  }

  /** Topics that bring new work, with the partitions that are ours. */
  get reading(): Partitions {
    const { addresses } = this.subscription;
    return Object.fromEntries(Object.entries(this.partitions).filter(([topic]) => addresses.includes(topic)));
  }

  private all(): { topic: string; partitions: number[] }[] {
    return Object.entries(this.partitions).map(([topic, partitions]) => ({
      topic,
      partitions: [...partitions],
    }));
  }
}

const placeFor = ({ topic, partition }: Place) => ({ topic, partitions: [partition] });

const placeOf = (topic: string, partition: number): string => `${topic} ${partition}`;
