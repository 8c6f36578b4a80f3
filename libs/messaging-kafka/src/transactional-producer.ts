import kafkajs, { type Message, type Producer } from 'kafkajs';
import { committedOn } from './committed-offsets.js';
import { connectableClient, type KafkaClient } from './kafka-client.js';
import type { Place } from './kafka-delivery.js';
import { KafkaFencedError } from './kafka.errors.js';
import type { NormalisedKafkaOptions } from './kafka.options.js';
import { Partitioning } from './partitioning.js';
import { byTopic, within } from './producer-session.js';
import type { KafkaRecord } from './record.js';

/** What a dead owner began is aborted by its heir, or, without one, after so long: readers wait behind it until then. */
const transactionTimeoutMs = 60_000;
const longestStepMs = 30_000;
const longestCloseMs = 3_000;

/**
 * One owner's right to write for one partition that is read: a transactional id, named after the place and hence the same
 * for every owner. Claiming it fences whoever had it before. Given up at the first failure, and never used again.
 */
export class TransactionalProducer {
  private readonly client: KafkaClient;
  private readonly producer: Producer;

  constructor(
    options: NormalisedKafkaOptions,
    private readonly group: string,
    private readonly place: Place,
  ) {
    const transactionalId = `${group}.${place.topic}.${place.partition}`;
    this.client = connectableClient(options, transactionalId);
    this.producer = this.client.kafka.producer({
      transactionalId,
      transactionTimeout: transactionTimeoutMs,
      idempotent: true,
      maxInFlightRequests: 1,
      allowAutoTopicCreation: false,
      createPartitioner: new Partitioning().create,
      // Brokers answer CONCURRENT_TRANSACTIONS while they finish the last one, which takes them some milliseconds.
      retry: { retries: 500, initialRetryTime: 10, multiplier: 1, factor: 0 },
    });
  }

  /**
   * The first offset that no transaction has committed. In this order: the id is claimed, which ends what its last owner
   * left open and refuses it from then on; only then is what was committed beyond change.
   */
  claim(): Promise<bigint> {
    return within(longestStepMs, this.claimNow());
  }

  private async claimNow(): Promise<bigint> {
    await this.producer.connect();
    await (await this.producer.transaction()).abort(); // nothing is in it; kafkajs claims the id by the first one
    const admin = this.client.kafka.admin();
    await admin.connect();
    try {
      const { topic, partition } = this.place;
      const committed = await committedOn({ group: this.group, topic }, admin);
      return committed.get(partition) ?? 0n;
    } finally {
      await admin.disconnect();
    }
  }

  /**
   * All records and the offset, or nothing. A rejection leaves it unknown which; the next claim knows. At least one record:
   * kafkajs tries AddPartitionsToTxn again while the last transaction is finished, but not AddOffsetsToTxn.
   */
  write(records: readonly KafkaRecord[], next: bigint): Promise<void> {
    return within(longestStepMs, this.writeNow(records, next));
  }

  private async writeNow(records: readonly KafkaRecord[], next: bigint): Promise<void> {
    const { topic, partition } = this.place;
    const transaction = await this.producer.transaction();
    const messages = records.map(({ key, value, headers }): Message => ({ key, value, headers }));
    await transaction.sendBatch({
      compression: kafkajs.CompressionTypes.Snappy,
      topicMessages: byTopic(records, messages),
    });
    const partitions = [{ partition, offset: String(next) }];
    try {
      await transaction.sendOffsets({ consumerGroupId: this.group, topics: [{ topic, partitions }] });
      await transaction.commit();
    } catch (error) {
      throw hasType(error, 'CONCURRENT_TRANSACTIONS') ? endedByAnother(error as Error) : error;
    }
  }

  giveUp(): void {
    this.client.giveUp();
  }

  async close(): Promise<void> {
    // Nothing is in flight any more; `giveUp` ends the sockets in any case.
    await within(longestCloseMs, this.producer.disconnect()).catch(() => undefined);
    this.client.giveUp();
  }
}

/** Somebody else has claimed the id, or the coordinator has aborted a transaction that took too long. */
export const isFenced = (error: unknown): boolean =>
  error instanceof KafkaFencedError || hasType(error, 'INVALID_PRODUCER_EPOCH');

/**
 * What is asked of an open transaction is answered so only while the coordinator ends it. Until it has, it says nothing of the
 * old epoch yet; whoever claimed the id again meanwhile would take it from the new owner.
 */
const endedByAnother = (cause: Error): KafkaFencedError =>
  new KafkaFencedError(`the transaction is being ended for another owner: ${cause.message}`, { cause });

function hasType(error: unknown, type: string): boolean {
  if (!(error instanceof Error)) return false;
  return (error as { type?: string }).type === type || hasType(error.cause, type);
}
