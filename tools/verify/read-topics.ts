import { randomUUID } from 'node:crypto';
import type { KafkaConnection } from '@waybill/service-kit/settings';
import kafkajs, { type Batch, type Consumer, type Kafka } from 'kafkajs';
import { compressSync } from 'snappy';
import type { TopicMessage } from './evidence.ts';
import { topicMessages } from './topic-message.ts';
import { CannotVerify, reasonOf } from './verify.errors.ts';
import { decodeSnappy } from './xerial-snappy.ts';

const { CompressionCodecs, CompressionTypes, Kafka: KafkaClient, logLevel } = kafkajs;

const readWithinMs = 120_000;

// kafkajs keeps its codecs per process, and the process may write too.
CompressionCodecs[CompressionTypes.Snappy] = () => ({
  compress: async ({ buffer }: { buffer: Buffer }) => compressSync(buffer),
  decompress: decodeSnappy,
});

/** What the topics hold of orders, from their beginning to where they end now. */
export function readTopics(kafka: KafkaConnection, topics: string[]): Promise<TopicMessage[]> {
  return readBatches(kafka, topics, topicMessages);
}

/** Reads the topics from their beginning to where they end now, in a group that is removed afterwards. */
export async function readBatches<T>(
  connection: KafkaConnection,
  topics: string[],
  read: (batch: Batch) => T[],
): Promise<T[]> {
  const kafka = new KafkaClient({ clientId: 'verify', ...connection, logLevel: logLevel.NOTHING });
  const admin = kafka.admin();
  const groupId = `verify-${randomUUID()}`;
  try {
    await admin.connect();
    const unread = await endsOf(admin, topics);
    if (unread.size === 0) return []; // a group that never joined could not be removed
    const messages = await readToEnds(kafka, groupId, unread, read);
    await admin.deleteGroups([groupId]);
    return messages;
  } catch (cause) {
    throw new CannotVerify(`Kafka at ${connection.brokers.join(',')} cannot be read: ${reasonOf(cause)}`, {
      cause,
    });
  } finally {
    await admin.disconnect();
  }
}

/** Offset behind the last message of every partition that holds one. */
type Ends = Map<string, bigint>;

const partitionName = (topic: string, partition: number) => `${topic}/${partition}`;

async function endsOf(admin: ReturnType<Kafka['admin']>, topics: string[]): Promise<Ends> {
  const present = await admin.listTopics();
  const absent = topics.filter((topic) => !present.includes(topic));
  if (absent.length > 0) throw new Error(`there is no topic ${absent.join(', ')}`);
  const ends: Ends = new Map();
  for (const topic of topics)
    for (const { partition, low, high } of await admin.fetchTopicOffsets(topic))
      if (BigInt(high) > BigInt(low)) ends.set(partitionName(topic, partition), BigInt(high));
  return ends;
}

async function readToEnds<T>(
  kafka: Kafka,
  groupId: string,
  unread: Ends,
  read: (batch: Batch) => T[],
): Promise<T[]> {
  const messages: T[] = [];
  const consumer = kafka.consumer({ groupId, allowAutoTopicCreation: false, maxWaitTimeInMs: 250 });
  try {
    await consumer.connect();
    await consumer.subscribe({ topics: topicsOf(unread), fromBeginning: true });
    await consumeUntilRead(consumer, unread, (batch) => messages.push(...read(batch)));
  } finally {
    await consumer.disconnect();
  }
  return messages;
}

const topicsOf = (ends: Ends) => [
  ...new Set([...ends.keys()].map((name) => name.slice(0, name.lastIndexOf('/')))),
];

function consumeUntilRead(consumer: Consumer, unread: Ends, take: (batch: Batch) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    const late = () =>
      reject(new Error(`not read within ${readWithinMs} ms: ${[...unread.keys()].join(', ')}`));
    setTimeout(late, readWithinMs).unref();
    let reading: 'not begun' | 'begun' = 'not begun';
    // On a cluster just made, the first group finds its coordinator loading; kafkajs then joins again by itself. Once
    // something was read it would be read again, and counted twice.
    consumer.on('consumer.crash', ({ payload }) => {
      if (!payload.restart || reading === 'begun') reject(payload.error);
    });
    const eachBatch = async ({ batch }: { batch: Batch }) => {
      reading = 'begun';
      take(batch);
      strikeOut(unread, batch);
      if (unread.size === 0) resolve();
    };
    consumer.run({ autoCommit: false, eachBatch }).catch(reject);
  });
}

function strikeOut(unread: Ends, batch: Batch): void {
  const name = partitionName(batch.topic, batch.partition);
  if (BigInt(batch.lastOffset()) + 1n >= (unread.get(name) ?? 0n)) unread.delete(name);
}
