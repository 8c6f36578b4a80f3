import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { eventually } from '@waybill/test-kit';
import { Partitioners, type Producer } from 'kafkajs';
import { randomUUID } from 'node:crypto';
import { TestKafka } from './testing/test-kafka.js';

let kafka: TestKafka;
let topic: string;
const producers: Producer[] = [];

beforeEach(async () => {
  kafka = await TestKafka.open();
  topic = await kafka.topic(1);
});
afterEach(async () => {
  for (const producer of producers.splice(0)) await producer.disconnect();
  await kafka.close();
});

async function begin(...values: readonly string[]) {
  const producer = kafka.plain.producer({
    ...{ transactionalId: randomUUID(), idempotent: true, maxInFlightRequests: 1 },
    createPartitioner: Partitioners.DefaultPartitioner,
  });
  producers.push(producer);
  await producer.connect();
  const transaction = await producer.transaction();
  const write = (value: string) => transaction.send({ topic, messages: [{ key: '\0\0\0\0', value }] });
  for (const value of values) await write(value);
  return { write, abort: () => transaction.abort(), commit: () => transaction.commit() };
}

/** All that a reader of what is committed is shown, up to the value given. */
async function readUpTo(last: string): Promise<string[]> {
  const consumer = kafka.plain.consumer({ groupId: randomUUID(), maxWaitTimeInMs: 100 });
  const values: string[] = [];
  await consumer.connect();
  try {
    await consumer.subscribe({ topic, fromBeginning: true });
    await consumer.run({ eachMessage: async ({ message }) => void values.push(String(message.value)) });
    await eventually(() => expect(values).toContain(last), 30_000);
    return values;
  } finally {
    await consumer.disconnect();
  }
}

test('of transactions that overlap, nothing is shown that was aborted, whichever ended first', async () => {
  const first = await begin('aborted 1', 'aborted 2');
  const second = await begin('aborted 3');
  const third = await begin('kept 1');
  await first.write('aborted 4');
  await second.abort();
  await first.abort();
  await third.write('kept 2');
  await third.commit();
  const end = await begin('the end');
  await end.commit();

  expect(await readUpTo('the end')).toEqual(['kept 1', 'kept 2', 'the end']);
});
