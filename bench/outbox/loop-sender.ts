import { setTimeout as sleep } from 'node:timers/promises';
import '@waybill/messaging-kafka';
import kafkajs, { type Message, type TopicMessages } from 'kafkajs';
import pg from 'pg';
import { benchBrokers } from '../contest/bench-kafka.ts';
import type { StartSender } from './sender.ts';

interface Row {
  readonly number: string;
  readonly topic: string;
  readonly key: string;
  readonly headers: Record<string, string>;
  readonly body: Buffer;
}

/** As the relay: rows of a round, and rest when there are none. */
const batchSize = 1_000;
const restMs = 10;

/**
 * Select, send, delete: what everybody writes first, at its best. Three prepared statements' worth of work, an
 * idempotent producer with acks=all, snappy (registered by the adapter's import), one batch a round. It knows no lease,
 * no second replica, no late commit with a low number, no refused row, no trace and no due time.
 */
export const startSender: StartSender = async ({ databaseUrl, owner }, sent) => {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  const kafka = new kafkajs.Kafka({
    brokers: benchBrokers(),
    clientId: owner,
    logLevel: kafkajs.logLevel.NOTHING,
  });
  const producer = kafka.producer({
    idempotent: true,
    maxInFlightRequests: 1,
    allowAutoTopicCreation: false,
  });
  await producer.connect();
  let running = true;
  const loop = async () => {
    while (running) {
      const rows = await select(client);
      if (rows.length === 0) await sleep(restMs);
      else {
        await producer.sendBatch({
          acks: -1,
          compression: kafkajs.CompressionTypes.Snappy,
          topicMessages: byTopic(rows),
        });
        sent(rows.length);
        await remove(rows, client);
      }
    }
  };
  const ended = loop();
  return {
    wake: () => undefined,
    stop: async () => {
      running = false;
      await ended;
      await Promise.all([producer.disconnect(), client.end()]);
    },
  };
};

async function select(client: pg.Client): Promise<Row[]> {
  const text = 'SELECT number, topic, key, headers, body FROM waiting ORDER BY number LIMIT $1';
  return (await client.query<Row>({ name: 'select', text, values: [batchSize] })).rows;
}

async function remove(rows: readonly Row[], client: pg.Client): Promise<void> {
  const text = 'DELETE FROM waiting WHERE number = ANY ($1::bigint[])';
  await client.query({ name: 'delete', text, values: [rows.map(({ number }) => number)] });
}

function byTopic(rows: readonly Row[]): TopicMessages[] {
  const topics = Map.groupBy(rows, ({ topic }) => topic);
  return [...topics].map(([topic, own]) => ({
    topic,
    messages: own.map(({ key, headers, body }): Message => ({ key, headers, value: body })),
  }));
}
