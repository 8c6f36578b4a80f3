import { defineSubscription, type Message, type OutgoingMessage } from '@waybill/messaging';
import type { Consumer as KafkajsConsumer, EachBatchPayload } from 'kafkajs';
import type { Partitions } from './assigned-partitions.js';
import { ConsumerSession } from './consumer-session.js';
import type { Place } from './kafka-delivery.js';
import { asError } from './kafka.errors.js';
import { normaliseKafkaOptions, type KafkaOptions, type NormalisedKafkaOptions } from './kafka.options.js';
import { TransactionalPartition } from './transactional-partition.js';

/** What is made of what. */
export interface Processing {
  readonly group: string;
  /** The topic that is read. */
  readonly from: string;
  /**
   * What is to be written for these, which are of one partition and in its order. Pure: it runs again whenever it is
   * unknown whether they were written, and what it throws is told and tried again for ever, since nothing is passed over.
   */
  process(messages: readonly Message[], place: Place): readonly OutgoingMessage[];
  /** After each transaction. */
  onWritten?(written: { readonly read: number; readonly tookMs: number }): void;
}

const backoffMs = 500;

/**
 * Reads a topic and writes others, exactly once for whoever reads `read_committed`: a batch's results and its offset are
 * one Kafka transaction (docs/adr/0021). Only for what stays within Kafka: no database and no call is part of it.
 *
 * `idle` → `running` (through any number of sessions and assignments) → `closed`.
 */
export class TransactionalLane {
  private state: 'idle' | 'running' | 'closed' = 'idle';
  private readonly options: NormalisedKafkaOptions;
  private readonly closing = new AbortController();
  private session: ConsumerSession | undefined;
  private assigned = new Map<string, TransactionalPartition>();
  private memberId: string | undefined;
  private consumer: KafkajsConsumer | undefined;

  constructor(
    private readonly processing: Processing,
    options: KafkaOptions,
  ) {
    this.options = normaliseKafkaOptions(options);
  }

  /** Resolves with the first assignment. */
  async start(): Promise<void> {
    this.state = 'running';
    await this.openUntilItHolds();
  }

  /** Finishes the transactions that are under way, then leaves the group. */
  async close(): Promise<void> {
    this.state = 'closed';
    this.closing.abort();
    await this.revoke();
    await this.session?.part();
  }

  private async openUntilItHolds(): Promise<void> {
    while (this.state === 'running') {
      try {
        return await this.open();
      } catch (error) {
        this.tell(asError(error));
        await this.options.clock.wait(backoffMs, this.closing.signal);
      }
    }
  }

  private open(): Promise<void> {
    const { group, from } = this.processing;
    const subscription = defineSubscription({
      name: group,
      broker: 'kafka',
      addresses: [from],
      order: 'key',
      lane: 'batch',
      terminal: true,
    });
    const session = new ConsumerSession(subscription, this.options, {
      assigned: (consumer, partitions, memberId) => {
        this.memberId = memberId;
        this.assign(session, consumer, partitions);
      },
      revoked: () => void this.revoke(),
      fetched: (batch) => this.accept(batch),
      passed: () => undefined,
      ended: (because) => this.rebuild(session, because),
    });
    this.session = session;
    return session.open(this.memberId);
  }

  private assign(session: ConsumerSession, consumer: KafkajsConsumer, partitions: Partitions): void {
    void this.revoke();
    this.consumer = consumer;
    const { from } = this.processing;
    const own = partitions[from] ?? [];
    // kafkajs keeps pauses across assignments.
    consumer.resume([{ topic: from, partitions: [...own] }]);
    for (const partition of own) {
      const place = { topic: from, partition };
      const fenced = (error: Error) => this.rebuild(session, error);
      const owned = new TransactionalPartition(this.processing, place, this.options, fenced);
      this.assigned.set(placeOf(place), owned);
    }
  }

  /** One batch of each partition in hand; kafkajs is not held up by it. */
  private accept({ batch, resolveOffset }: EachBatchPayload): void {
    const { topic, partition, messages } = batch;
    const [owned, last, { consumer }] = [this.assigned.get(placeOf(batch)), messages.at(-1), this];
    if (!owned || !last || !consumer) return;
    const here = [{ topic, partitions: [partition] }];
    consumer.pause(here);
    resolveOffset(last.offset);
    void owned.process(messages).then(() => {
      if (this.assigned.get(placeOf(batch)) === owned) consumer.resume(here);
    });
  }

  private async revoke(): Promise<void> {
    const ended = [...this.assigned.values()];
    this.assigned = new Map();
    await Promise.all(ended.map((owned) => owned.end()));
  }

  /** Joins anew: the group says whose the partitions are. */
  private rebuild(session: ConsumerSession, because: Error): void {
    if (session !== this.session) return;
    this.session = undefined;
    this.tell(because);
    void this.revoke();
    void session.part().then(() => this.openUntilItHolds());
  }

  private tell({ message }: Error): void {
    const { group } = this.processing;
    this.options.events.emit({
      kind: 'infrastructure',
      subscription: group,
      because: message,
      waitMs: backoffMs,
    });
  }
}

const placeOf = ({ topic, partition }: Place): string => `${topic} ${partition}`;
