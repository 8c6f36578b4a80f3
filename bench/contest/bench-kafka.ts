import { randomUUID } from 'node:crypto';
import kafkajs, { type Admin, type Kafka, type KafkaMessage } from 'kafkajs';
import { kafkaBroker } from '@waybill/messaging-kafka';
import {
  deadLetterAddresses,
  inletAddresses,
  retryAddresses,
  type Broker,
  type Subscription,
} from '@waybill/messaging';

/** The real brokers with topics of our own; `close` removes them. */
export class BenchKafka {
  /** As a hand-written program would use it; it reads and writes snappy with the codec that the adapter registers. */
  readonly plain: Kafka;
  readonly broker: Broker;
  private readonly admin: Admin;
  private readonly topics: string[] = [];

  private constructor() {
    const brokers = benchBrokers();
    this.plain = new kafkajs.Kafka({ brokers, clientId: 'bench', logLevel: kafkajs.logLevel.NOTHING });
    this.broker = kafkaBroker({ brokers, clientId: 'bench' });
    this.admin = this.plain.admin();
  }

  static async open(): Promise<BenchKafka> {
    const opened = new BenchKafka();
    await opened.admin.connect();
    return opened;
  }

  /** Replicated to all three brokers, two of which must have a message before it is acknowledged. */
  async topic(partitions: number): Promise<string> {
    const name = `bench-${randomUUID()}`;
    await this.create([name], partitions);
    return name;
  }

  /** What a subscription has beside its own: dead letters, inlets, retries. */
  async besides(subscription: Subscription): Promise<void> {
    const kinds = [deadLetterAddresses, inletAddresses, retryAddresses];
    await this.create(
      kinds.flatMap((addresses) => addresses(subscription)),
      1,
    );
  }

  /** So that the group reads everything once more. Its members must have left. */
  async forget(group: string): Promise<void> {
    await this.admin.deleteGroups([group]).catch(() => 'it never committed');
  }

  async removeTopic(topic: string): Promise<void> {
    this.topics.splice(this.topics.indexOf(topic), 1);
    await this.admin.deleteTopics({ topics: [topic] });
  }

  /** Shows every message, in the order of its partition, past the adapter. */
  async read(topic: string, see: (message: KafkaMessage) => void): Promise<void> {
    const offsets = await this.admin.fetchTopicOffsets(topic);
    let left = offsets.reduce((sum, { high, low }) => sum + Number(high) - Number(low), 0);
    if (left === 0) return;
    const all = Promise.withResolvers<void>();
    const consumer = this.plain.consumer({ groupId: `bench-${randomUUID()}`, maxWaitTimeInMs: 100 });
    await consumer.connect();
    await consumer.subscribe({ topic, fromBeginning: true });
    await consumer.run({
      autoCommit: false,
      eachBatch: async ({ batch: { messages } }) => {
        messages.forEach(see);
        left -= messages.length;
        if (left <= 0) all.resolve();
      },
    });
    await all.promise;
    await consumer.disconnect();
  }

  private async create(names: readonly string[], partitions: number): Promise<void> {
    const configEntries = [{ name: 'min.insync.replicas', value: '2' }];
    const shape = { numPartitions: partitions, replicationFactor: 3, configEntries };
    await this.admin.createTopics({
      topics: names.map((topic) => ({ topic, ...shape })),
      waitForLeaders: true,
    });
    this.topics.push(...names);
  }

  async close(): Promise<void> {
    await this.broker.close();
    if (this.topics.length > 0) await this.admin.deleteTopics({ topics: this.topics });
    await this.admin.disconnect();
  }
}

export const benchBrokers = (): string[] => process.env['KAFKA_BROKERS']!.split(',');
