import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { partitionOfKey } from '../partition-of-key.js';
import { OutboxBench, toKafka } from '../testing/outbox-bench.js';
import { confirmed, RecordingPublisher, refused, unknown } from '../testing/recording-publisher.js';
import { eventually } from '../testing/eventually.js';

let bench: OutboxBench;
beforeAll(async () => void (bench = await OutboxBench.open()));
afterEach(() => bench.clear());
afterAll(() => bench.close());

/** One row of each share a round. */
const narrow = { batchSize: 8 };
const rows = (key: string, texts: readonly string[]) => texts.map((each) => [toKafka, key, each] as const);

describe('while a full window is with the broker', () => {
  test('the next is read, and sent without another read', async () => {
    const kafka = new RecordingPublisher();
    const loop = bench.loop('kafka', kafka, narrow);
    await bench.add(rows('k', ['a', 'b']));
    await loop.turn();
    await bench.pool.query("UPDATE outbox SET due_at = now() + interval '1 hour'"); // a read would not find it now
    await loop.turn();
    expect(kafka.texts).toEqual(['a', 'b']);
  });

  test.each([
    ['refused', refused],
    ['not confirmed', unknown],
  ])('and a row of it is %s, what was read behind it waits with it', async (_, answer) => {
    const kafka = new RecordingPublisher((text) => (text === 'a' ? answer : confirmed));
    const loop = bench.loop('kafka', kafka, narrow);
    await bench.add(rows('k', ['a', 'b', 'c']));
    await loop.turn();
    await loop.turn();
    expect(kafka.texts).toEqual([]);
  });

  test('and its share is lost and taken back, what was read before is not sent', async () => {
    const kafka = new RecordingPublisher();
    const loop = bench.loop('kafka', kafka, { ...narrow, leaseMs: 1_000 });
    await bench.add(rows('k', ['a', 'b', 'c']));
    await loop.turn();
    await eventually('the lease has run out', async () => {
      const { rows: held } = await bench.pool.query('SELECT FROM outbox_leases WHERE lease_until >= now()');
      return held.length === 0;
    });
    await bench.pool.query("DELETE FROM outbox WHERE convert_from(body, 'UTF8') = 'b'"); // another has sent it
    await eventually('the share is ours again', async () => {
      await loop.turn();
      return kafka.texts.length > 1;
    });
    expect(kafka.texts).toEqual(['a', 'c']);
  });
});

test('in a backlog without end, a number that commits late is sent within a few rounds', async () => {
  const kafka = new RecordingPublisher();
  const loop = bench.loop('kafka', kafka, narrow);
  const mayCommit = Promise.withResolvers<void>();
  const written = Promise.withResolvers<void>();
  const late = bench.database.transaction(async (transaction) => {
    await bench.addIn(transaction, rows(besides('endless'), ['late']));
    transaction.beforeCommit(async () => (written.resolve(), mayCommit.promise));
  });
  await written.promise;
  await bench.add(
    rows(
      'endless',
      Array.from({ length: 40 }, (_, number) => `${number}`),
    ),
  );
  await loop.turn();
  mayCommit.resolve();
  await late;
  for (let round = 0; round < 12; round++) await loop.turn();
  expect(kafka.texts).toContain('late');
});

/** Another key of the same share. */
function besides(key: string): string {
  for (let number = 0; ; number++)
    if (partitionOfKey(`late-${number}`) === partitionOfKey(key)) return `late-${number}`;
}
