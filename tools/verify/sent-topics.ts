import { randomUUID } from 'node:crypto';
import kafkajs, { type Kafka } from 'kafkajs';
import { compress } from 'snappy';
import type { SentMessage } from './sound-rows.ts';
import { decodeSnappy } from './xerial-snappy.ts';

const { CompressionCodecs, CompressionTypes, Kafka: KafkaClient, logLevel } = kafkajs;

/** Sends messages to fresh topics, in this order, compressed as the services do it. Returns the topics. */
export async function sendToFreshTopics(brokers: string[], messages: SentMessage[]): Promise<string[]> {
  CompressionCodecs[CompressionTypes.Snappy] = () => ({
    compress: ({ buffer }: { buffer: Buffer }) => compress(buffer),
    decompress: decodeSnappy,
  });
  const kafka = clientOf(brokers);
  const topics = await freshTopics(kafka);
  await produce(kafka, topics[0]!, messages.filter(ofRail('order.')));
  await produce(kafka, topics[1]!, messages.filter(ofRail('payment.')));
  return topics;
}

export async function deleteTopics(brokers: string[], topics: string[]): Promise<void> {
  const admin = clientOf(brokers).admin();
  await admin.connect();
  await admin.deleteTopics({ topics });
  await admin.disconnect();
}

const clientOf = (brokers: string[]) =>
  new KafkaClient({ clientId: 'verify-test', brokers, logLevel: logLevel.NOTHING });

const ofRail = (prefix: string) => (message: SentMessage) => message.type.startsWith(prefix);

async function freshTopics(kafka: Kafka): Promise<string[]> {
  const topics = [`order-events-${randomUUID()}`, `payments-${randomUUID()}`];
  const admin = kafka.admin();
  await admin.connect();
  await admin.createTopics({ topics: topics.map((topic) => ({ topic, numPartitions: 3 })) });
  await admin.disconnect();
  return topics;
}

async function produce(kafka: Kafka, topic: string, sent: SentMessage[]): Promise<void> {
  const producer = kafka.producer();
  await producer.connect();
  const messages = sent.map(({ id, type, key, body }) => ({
    key,
    headers: { ce_id: id, ce_type: type },
    value: body,
  }));
  await producer.send({ topic, messages, compression: CompressionTypes.Snappy });
  await producer.disconnect();
}
