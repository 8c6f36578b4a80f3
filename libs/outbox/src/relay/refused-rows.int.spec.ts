import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { outboxStatus } from '../outbox-status.js';
import { OutboxBench, toKafka } from '../testing/outbox-bench.js';
import { confirmed, RecordingPublisher, refused } from '../testing/recording-publisher.js';

let bench: OutboxBench;
beforeAll(async () => void (bench = await OutboxBench.open()));
afterEach(() => bench.clear());
afterAll(() => bench.close());

const refusing = (text: string) => new RecordingPublisher((one) => (one === text ? refused : confirmed));

test('a refused row holds up its key alone, even when more of its key wait than a round takes', async () => {
  const kafka = refusing('bad');
  const loop = bench.loop('kafka', kafka, { batchSize: 16 });
  await bench.add([[toKafka, 'k', 'bad']]);
  await loop.turn();
  await bench.add(Array.from({ length: 100 }, (_, n) => [toKafka, 'k', `behind ${n}`] as const));
  await bench.add([[toKafka, 'j', 'other']]);
  await loop.turn();
  expect(kafka.texts).toEqual(['other']);
  expect(await bench.rows()).toHaveLength(101);
});

test('it is told and seen, with the reason', async () => {
  await bench.add([
    [toKafka, 'k', 'bad'],
    [toKafka, 'j', 'good'],
  ]);
  await bench.loop('kafka', refusing('bad')).turn();
  expect(bench.eventsOf('publishFailed')).toMatchObject([
    {
      broker: 'kafka',
      status: 'refused',
      because: expect.stringMatching(/^[0-9a-f-]{36} to topic: too large$/),
    },
  ]);
  const status = await outboxStatus(bench.database);
  expect(status).toMatchObject({ rows: 1, brokers: [{ broker: 'kafka', rows: 1, refused: 1 }] });
  expect(status.oldestAgeMs).toBeGreaterThan(0);
  const { rows } = await bench.pool.query('SELECT refused_because, refusals FROM outbox');
  expect(rows).toEqual([{ refused_because: 'too large', refusals: 1 }]);
});

test('it is marked whatever the reason says: PostgreSQL has no NUL in texts', async () => {
  await bench.add([[toKafka, 'k', 'bad']]);
  const odd = { status: 'refused', because: new Error('a\0b') } as const;
  await bench.loop('kafka', new RecordingPublisher(() => odd)).turn();
  const { rows } = await bench.pool.query('SELECT refused_because FROM outbox');
  expect(rows).toEqual([{ refused_because: 'a\ufffdb' }]);
});

test('it is tried again, ever more slowly, and then its key goes on in order', async () => {
  let refusals = 0;
  const kafka = new RecordingPublisher((text) => (text === 'bad' && refusals++ < 3 ? refused : confirmed));
  await bench.add([[toKafka, 'k', 'bad']]);
  bench.relay({ kafka }, { refusedRetryMs: [40, 200], pollMs: 10 }).start();
  await kafka.until(({ batches }) => batches.length === 1);
  await bench.add([[toKafka, 'k', 'behind']]);
  await kafka.until(({ texts }) => texts.length === 2);
  expect(kafka.batches).toEqual([['bad'], ['bad'], ['bad'], ['bad'], ['behind']]);
  const [first, second, third, fourth] = kafka.at as [number, number, number, number];
  expect(second - first).toBeGreaterThanOrEqual(40);
  expect(third - second).toBeGreaterThanOrEqual(80);
  expect(fourth - third).toBeGreaterThanOrEqual(160);
});

test('a row without a key holds up nothing', async () => {
  const kafka = refusing('bad');
  const loop = bench.loop('kafka', kafka);
  await bench.add([[toKafka, '', 'bad']]);
  await loop.turn();
  await bench.add([[toKafka, '', 'good']]);
  await loop.turn();
  expect(kafka.texts).toEqual(['good']);
});

test('an empty outbox has no backlog', async () => {
  const none = { rows: 0, refused: 0, oldestAgeMs: 0, oldestSendableAgeMs: 0, brokers: [] };
  expect(await outboxStatus(bench.database)).toEqual(none);
});

test('neither it nor what waits behind it makes the outbox look as if the broker were away', async () => {
  await bench.add([[toKafka, 'k', 'bad']]);
  await bench.loop('kafka', refusing('bad')).turn();
  await bench.add([[toKafka, 'k', 'behind']]);
  const held = await outboxStatus(bench.database);
  await bench.add([[toKafka, 'j', 'other']]);
  const waiting = await outboxStatus(bench.database);
  expect(held).toMatchObject({ rows: 2, oldestSendableAgeMs: 0 });
  expect(held.oldestAgeMs).toBeGreaterThan(0);
  expect(waiting.oldestSendableAgeMs).toBeGreaterThan(0);
  expect(waiting.oldestSendableAgeMs).toBeLessThan(waiting.oldestAgeMs);
});

test('a row that is not due yet has no age', async () => {
  await bench.add([[toKafka, 'k', 'later']]);
  await bench.pool.query(
    `UPDATE outbox SET due_at = now() + interval '1 h', created_at = now() - interval '1 h'`,
  );
  expect(await outboxStatus(bench.database)).toMatchObject({
    rows: 1,
    oldestAgeMs: 0,
    oldestSendableAgeMs: 0,
  });
});
