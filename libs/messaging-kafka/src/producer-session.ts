import type { PublishResult } from '@waybill/messaging';
import kafkajs, { type Message, type Producer, type RecordMetadata, type TopicMessages } from 'kafkajs';
import { connectableClient, type KafkaClient } from './kafka-client.js';
import { KafkaUnconfirmedError } from './kafka.errors.js';
import type { NormalisedKafkaOptions } from './kafka.options.js';
import type { Partitioning } from './partitioning.js';
import type { KafkaRecord } from './record.js';

const longestCloseMs = 3_000;

/** One producer id's life: from its first send until it is closed, or given up after a send whose fate is unknown. */
export class ProducerSession {
  private readonly client: KafkaClient;
  private readonly producer: Producer;
  private connected: Promise<void> | undefined;

  constructor(
    options: NormalisedKafkaOptions,
    purpose: string,
    partitioning: Partitioning,
    private readonly onConnected: () => void,
  ) {
    this.client = connectableClient(options, purpose);
    this.producer = this.client.kafka.producer({
      idempotent: true,
      maxInFlightRequests: 1,
      allowAutoTopicCreation: false,
      createPartitioner: partitioning.create,
      retry: { retries: 5, initialRetryTime: 100, multiplier: 1, factor: 0 },
    });
  }

  /** One result per record, in order. A rejection leaves the fate of all of them unknown. */
  async send(records: readonly KafkaRecord[], patienceMs: number): Promise<PublishResult[]> {
    const messages = records.map(({ key, value, headers }): Message => ({ key, value, headers }));
    const batch = {
      acks: -1,
      compression: kafkajs.CompressionTypes.Snappy,
      topicMessages: byTopic(records, messages),
    };
    const metadata = await within(
      patienceMs,
      this.connect().then(() => this.producer.sendBatch(batch)),
    );
    return this.reports(records, messages, metadata);
  }

  giveUp(): void {
    this.client.giveUp();
  }

  /** Nothing is in flight any more, so an end that fails or hangs costs nothing but the socket. */
  async close(): Promise<void> {
    await within(longestCloseMs, this.producer.disconnect()).catch(() => undefined);
    this.client.giveUp();
  }

  private connect(): Promise<void> {
    return (this.connected ??= this.producer.connect().then(this.onConnected));
  }

  /**
   * Delivery reports: the broker tells the first offset of each partition's batch, in the order it was given.
   * kafkajs resolves without having sent a partition whose leader moves, during a retry, to a broker that has answered
   * already; a partition that no report speaks of is not confirmed.
   */
  private reports(
    records: readonly KafkaRecord[],
    messages: readonly Message[],
    metadata: readonly RecordMetadata[],
  ): PublishResult[] {
    const next = new Map<string, bigint>();
    for (const { topicName, partition, baseOffset } of metadata)
      if (baseOffset !== undefined) next.set(`${topicName} ${partition}`, BigInt(baseOffset));
    return records.map(({ topic }, index) => {
      const partition = messages[index]!.partition!;
      const place = `${topic} ${partition}`;
      const offset = next.get(place);
      if (offset === undefined) throw new KafkaUnconfirmedError(`${place} was not sent`);
      next.set(place, offset + 1n);
      return { status: 'confirmed', partition, offset: String(offset) };
    });
  }
}

export function byTopic(records: readonly KafkaRecord[], messages: readonly Message[]): TopicMessages[] {
  const topics = Map.groupBy(messages, (_, index) => records[index]!.topic);
  return [...topics].map(([topic, ofTopic]) => ({ topic, messages: ofTopic }));
}

export async function within<T>(ms: number, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new KafkaUnconfirmedError(`no answer within ${ms} ms`)), ms);
  });
  return Promise.race([work, late]).finally(() => clearTimeout(timer));
}
