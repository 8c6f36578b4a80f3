import type { RawDelivery, Subscription } from '@waybill/messaging';
import type { Consumer as KafkajsConsumer, EachBatchPayload, TopicPartitionOffsetAndMetadata } from 'kafkajs';
import { kafkaDelivery, type Holder } from './kafka-delivery.js';
import type { KafkaPublisher } from './kafka-publisher.js';
import type { NormalisedKafkaOptions } from './kafka.options.js';
import { PartitionProgress } from './partition-progress.js';

/** By topic, the partitions that are ours. */
export type Partitions = Readonly<Record<string, readonly number[]>>;

interface Context {
  readonly consumer: KafkajsConsumer;
  readonly subscription: Subscription;
  readonly options: NormalisedKafkaOptions;
  readonly deadLetters: KafkaPublisher;
  readonly take: (deliveries: readonly RawDelivery[]) => void;
}

/**
 * One epoch: from one assignment of partitions to the next. It ends when the group rebalances, and whatever is settled
 * after that changes nothing: the new owner delivers again from the committed offset, and the inbox absorbs the copies.
 * kafkajs finishes every batch of an epoch before it joins anew, so no batch of an old epoch reaches a new one.
 */
export class Assignment implements Holder {
  private state: 'current' | 'full' | 'stopped' | 'revoked' = 'current';
  private readonly progress = new Map<string, PartitionProgress>();
  private unsettled = 0;
  private committing: Promise<void> = Promise.resolve();

  constructor(
    private readonly context: Context,
    private readonly partitions: Partitions,
  ) {
    for (const [topic, own] of Object.entries(partitions))
      for (const partition of own) this.progress.set(placeOf(topic, partition), new PartitionProgress());
    // kafkajs keeps pauses across assignments; a partition that comes back would stay paused for ever.
    this.context.consumer.resume(this.all());
  }

  get group(): string {
    return this.context.subscription.name;
  }

  get deadLetters(): KafkaPublisher {
    return this.context.deadLetters;
  }

  isCurrent(): boolean {
    return this.state !== 'revoked';
  }

  pause(ms: number): Promise<void> {
    return this.context.options.clock.wait(ms);
  }

  /** Hands over as much of the batch as there is room for and returns at once; the rest is fetched again later. */
  accept({ batch, resolveOffset }: EachBatchPayload): void {
    const progress = this.progress.get(placeOf(batch.topic, batch.partition));
    if (this.state !== 'current' || !progress) return;
    const room = this.context.subscription.prefetch - this.unsettled;
    const fetched = batch.messages.slice(0, Math.max(0, room));
    const taken = fetched.filter(({ offset }) => progress.take(BigInt(offset)));
    this.unsettled += taken.length;
    const last = fetched.at(-1);
    if (last) resolveOffset(last.offset);
    if (this.unsettled >= this.context.subscription.prefetch) this.fill();
    if (taken.length > 0) this.context.take(taken.map((message) => kafkaDelivery(message, batch, this)));
  }

  settle(topic: string, partition: number, offset: bigint): void {
    if (this.state === 'revoked') return;
    this.progress.get(placeOf(topic, partition))!.settle(offset);
    this.unsettled--;
    if (this.state === 'full' && this.unsettled <= this.context.subscription.prefetch / 2) this.drainOff();
  }

  /** Takes no more; what is held can still be settled and committed. */
  stop(): void {
    if (this.state !== 'revoked') this.state = 'stopped';
    this.context.consumer.pause(this.all());
  }

  revoke(): void {
    this.state = 'revoked';
  }

  /** Commits the watermarks that moved; one commit at a time, so that none can overtake a later one. */
  commit(): Promise<void> {
    return (this.committing = this.committing.then(() => this.commitNow()));
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

  private fill(): void {
    this.state = 'full';
    this.context.consumer.pause(this.all());
  }

  private drainOff(): void {
    this.state = 'current';
    this.context.consumer.resume(this.all());
  }

  private all(): { topic: string; partitions: number[] }[] {
    return Object.entries(this.partitions).map(([topic, partitions]) => ({
      topic,
      partitions: [...partitions],
    }));
  }
}

const placeOf = (topic: string, partition: number): string => `${topic} ${partition}`;
