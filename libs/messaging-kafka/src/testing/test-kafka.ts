import {
  deadLetterAddresses,
  defineSubscription,
  inletAddresses,
  retryAddresses,
  type MessagingEvent,
  type Subscription,
} from '@waybill/messaging';
import { expelMembers, untilAnswered } from '@waybill/test-kit';
import kafkajs, { type Admin, type Kafka, type KafkaMessage, type Message } from 'kafkajs';
import { randomUUID } from 'node:crypto';
import { kafkaBroker, type KafkaBroker } from '../kafka-broker.js';
import type { KafkaOptions } from '../kafka.options.js';
import { EachBroker } from './each-broker.js';
import { ProxiedBrokers } from './proxied-brokers.js';
import { testBrokers } from './test-environment.js';

/** The real brokers with fresh names, and a plain client to look behind the adapter; `close` removes all it made. */
export class TestKafka {
  readonly events: MessagingEvent[] = [];
  private readonly closers: (() => Promise<unknown>)[] = [];

  private constructor(
    readonly plain: Kafka,
    readonly admin: Admin,
    private readonly eachBroker: EachBroker,
  ) {}

  static async open(): Promise<TestKafka> {
    const plain = new kafkajs.Kafka({ brokers: testBrokers(), logLevel: kafkajs.logLevel.NOTHING });
    const admin = plain.admin();
    const [eachBroker] = await Promise.all([EachBroker.open(), admin.connect()]);
    return new TestKafka(plain, admin, eachBroker);
  }

  adapter(options: Partial<KafkaOptions> = {}): KafkaBroker {
    const events = { emit: (event: MessagingEvent) => void this.events.push(event) };
    const broker = kafkaBroker({ brokers: testBrokers(), clientId: 'test', events, ...options });
    this.closers.push(() => broker.close());
    return broker;
  }

  async proxies(): Promise<ProxiedBrokers> {
    const proxies = await ProxiedBrokers.open();
    this.closers.push(() => proxies.close());
    return proxies;
  }

  /** Past the adapter, through proxies. */
  plainBy({ socketFactory }: ProxiedBrokers): Kafka {
    const silent = { logLevel: kafkajs.logLevel.NOTHING, retry: { retries: 2 } };
    return new kafkajs.Kafka({ brokers: testBrokers(), socketFactory, requestTimeout: 300, ...silent });
  }

  /** A fresh topic, replicated to all three brokers. */
  topic(partitions = 3, config: Readonly<Record<string, string>> = {}): Promise<string> {
    return this.createTopic({ numPartitions: partitions, config });
  }

  /** A fresh topic with one partition for each list; the first of a list leads. */
  topicOn(replicas: readonly number[][]): Promise<string> {
    const assignment = replicas.map((nodes, partition) => ({ partition, replicas: nodes }));
    return this.createTopic({ replicaAssignment: assignment });
  }

  async createTopic({ name = `test-${randomUUID()}`, config = {}, ...shape }: TopicShape): Promise<string> {
    const configEntries = Object.entries(config).map(([entry, value]) => ({ name: entry, value }));
    // kafkajs would wait for leaders, too, but not for a broker that has not heard of the topic yet.
    const topics = [{ topic: name, configEntries, ...shape }];
    await this.admin.createTopics({ topics, waitForLeaders: false });
    await untilAnswered(async () => (await this.eachBroker.knows(name)) || undefined);
    this.closers.push(() => this.admin.deleteTopics({ topics: [name] }).catch(() => undefined));
    return name;
  }

  /** Of the topic alone; one that is not terminal reads further topics, see `besides`. */
  subscription(topic: string, changes: Partial<Subscription> = {}): Subscription {
    const declared = { broker: 'kafka', order: 'key', lane: 'keyed', terminal: true } as const;
    return defineSubscription({ name: `group-${randomUUID()}`, addresses: [topic], ...declared, ...changes });
  }

  /** The topics that belong to a subscription: dead letters, inlets, retries. */
  async besides(subscription: Subscription): Promise<void> {
    const names = [
      ...deadLetterAddresses(subscription),
      ...inletAddresses(subscription),
      ...retryAddresses(subscription),
    ];
    const config = { 'retention.ms': '-1' };
    for (const name of names) await this.createTopic({ name, numPartitions: 1, config });
  }

  /** Past the adapter: any key, headers and bytes. */
  async send(topic: string, ...messages: Message[]): Promise<void> {
    const producer = this.plain.producer();
    await producer.connect();
    await producer.send({ topic, messages });
    await producer.disconnect();
  }

  /** By partition, what a group has committed; −1 where nothing is. */
  async committed(group: string, topic: string): Promise<readonly number[]> {
    const [found] = await this.admin.fetchOffsets({ groupId: group, topics: [topic] });
    const offsets = found!.partitions.toSorted((a, b) => a.partition - b.partition);
    return offsets.map(({ offset }) => Number(offset));
  }

  /** All that a topic holds now, in the order of its partitions; read past the adapter. */
  async contents(topic: string): Promise<readonly (KafkaMessage & { readonly partition: number })[]> {
    const expected = (await this.admin.fetchTopicOffsets(topic)).reduce((sum, { high }) => sum + +high, 0);
    const consumer = this.plain.consumer({ groupId: `contents-${randomUUID()}`, maxWaitTimeInMs: 100 });
    const found: (KafkaMessage & { partition: number })[] = [];
    await consumer.connect();
    await consumer.subscribe({ topic, fromBeginning: true });
    await consumer.run({
      eachMessage: async ({ message, partition }) => void found.push({ ...message, partition }),
    });
    await untilAnswered(() => found.length >= expected || undefined);
    await consumer.disconnect();
    return found.toSorted((a, b) => a.partition - b.partition || Number(a.offset) - Number(b.offset));
  }

  /** By partition, the node that leads it. */
  async leaders(topic: string): Promise<readonly number[]> {
    const { topics } = await this.admin.fetchTopicMetadata({ topics: [topic] });
    return topics[0]!.partitions
      .toSorted((a, b) => a.partitionId - b.partitionId)
      .map(({ leader }) => leader);
  }

  /** The node that coordinates a group: it leads the partition that the group's commits go to. */
  async coordinator(group: string): Promise<number> {
    const leaders = await this.leaders('__consumer_offsets');
    const javaHash = [...group].reduce((hash, char) => (Math.imul(31, hash) + char.charCodeAt(0)) | 0, 0);
    return leaders[(javaHash & 0x7fffffff) % leaders.length]!;
  }

  /**
   * For a process that is killed afterwards: then call what this resolves with, and its group does not wait for the session
   * of the dead to time out.
   */
  async expelLater(group: string): Promise<() => Promise<void>> {
    const { groups } = await this.admin.describeGroups([group]);
    const memberIds = groups[0]!.members.map(({ memberId }) => memberId);
    return () => expelMembers(testBrokers(), group, memberIds);
  }

  closeLater(close: () => Promise<unknown>): void {
    this.closers.push(close);
  }

  async close(): Promise<void> {
    for (const close of this.closers.reverse()) await close();
    await Promise.all([this.eachBroker.close(), this.admin.disconnect()]);
  }
}

interface TopicShape {
  readonly name?: string;
  readonly numPartitions?: number;
  readonly replicaAssignment?: { partition: number; replicas: number[] }[];
  readonly config?: Readonly<Record<string, string>>;
}
