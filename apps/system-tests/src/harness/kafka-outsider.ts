import { randomUUID } from 'node:crypto';
import { eventually, expelMembers } from '@waybill/test-kit';
import kafkajs, { type Admin, type KafkaMessage, type Message } from 'kafkajs';
import { decodeSnappy } from '../../../../tools/verify/xerial-snappy.ts';
import { orderIdIn, traceIdOf, type SeenMessage } from './seen-message.js';

const { CompressionCodecs, CompressionTypes, Kafka, logLevel } = kafkajs;

CompressionCodecs[CompressionTypes.Snappy] = () => ({
  compress: () => Promise.reject(new Error('outsiders send uncompressed')),
  decompress: decodeSnappy,
});

export interface KafkaRecord extends SeenMessage {
  readonly raw: KafkaMessage;
}

/** Any other program on Kafka: writes what it likes, reads topics, asks how far groups are. */
export class KafkaOutsider {
  private readonly kafka;
  private readonly addresses: readonly string[];

  constructor(brokers: string) {
    this.addresses = brokers.split(',');
    this.kafka = new Kafka({
      clientId: 'outsider',
      brokers: [...this.addresses],
      logLevel: logLevel.NOTHING,
      retry: { retries: 8 },
    });
  }

  async send(topic: string, messages: Message[]): Promise<void> {
    const producer = this.kafka.producer({ allowAutoTopicCreation: false });
    await producer.connect();
    await producer.send({ topic, messages, acks: -1 });
    await producer.disconnect();
  }

  /** Sees all that is and will be in the topics, from their beginnings. */
  async listen(...topics: string[]): Promise<KafkaListener> {
    const consumer = this.kafka.consumer({ groupId: `outsider-${randomUUID()}`, maxWaitTimeInMs: 100 });
    const seen: KafkaRecord[] = [];
    await consumer.connect();
    await consumer.subscribe({ topics, fromBeginning: true });
    await consumer.run({
      autoCommit: false,
      eachMessage: async ({ topic, message }) => void seen.push(seenIn(topic, message)),
    });
    return { seen, close: () => consumer.disconnect() };
  }

  /** Records of the topics that the group has not committed yet. */
  lag(groupId: string, ...topics: string[]): Promise<number> {
    return this.withAdmin(async (admin) => {
      const committed = await admin.fetchOffsets({ groupId, topics });
      let lag = 0;
      for (const { topic, partitions } of committed)
        for (const { partition, high } of await admin.fetchTopicOffsets(topic))
          lag +=
            Number(high) - Math.max(0, Number(partitions.find((p) => p.partition === partition)?.offset));
      return lag;
    });
  }

  /** As when the cluster is gone and another one stands in its place: no topic, and no group knows where it was. */
  loseEverything(): Promise<void> {
    return this.withAdmin(async (admin) => {
      const ours = async () => (await admin.listTopics()).filter((topic) => !topic.startsWith('__'));
      await admin.deleteTopics({ topics: await ours() });
      await eventually(async () => expectNone(await ours()), 30_000);
    });
  }

  /** For a client that is killed afterwards: what this resolves with has its groups miss it before its sessions time out. */
  expelLater(client: string): Promise<() => Promise<void>> {
    return this.withAdmin(async (admin) => {
      const ids = (await admin.listGroups()).groups.map(({ groupId }) => groupId);
      const { groups } = await admin.describeGroups(ids);
      return async () => {
        for (const { groupId, members } of groups) {
          const dead = members.filter((member) => member.clientId.startsWith(`${client}.`));
          if (dead.length > 0)
            await expelMembers(
              this.addresses,
              groupId,
              dead.map(({ memberId }) => memberId),
            );
        }
      };
    });
  }

  brokers(): Promise<number> {
    return this.withAdmin(async (admin) => (await admin.describeCluster()).brokers.length);
  }

  private async withAdmin<T>(ask: (admin: Admin) => Promise<T>): Promise<T> {
    const admin = this.kafka.admin();
    await admin.connect();
    try {
      return await ask(admin);
    } finally {
      await admin.disconnect();
    }
  }
}

function expectNone(topics: readonly string[]): void {
  if (topics.length > 0) throw new Error(`still there: ${topics.join(', ')}`);
}

export interface KafkaListener {
  readonly seen: readonly KafkaRecord[];
  close(): Promise<void>;
}

function seenIn(topic: string, raw: KafkaMessage): KafkaRecord {
  const headers = raw.headers ?? {};
  return {
    raw,
    address: topic,
    id: String(headers['ce_id'] ?? ''),
    type: String(headers['ce_type'] ?? ''),
    orderId: orderIdIn(raw.value),
    traceId: traceIdOf(headers['traceparent']),
  };
}
