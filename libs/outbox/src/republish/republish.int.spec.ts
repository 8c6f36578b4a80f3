import { readFile } from 'node:fs/promises';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { derivedId } from '../derived-id.js';
import { republicationsSql } from '../outbox-sql.js';
import { OutboxBench, routes, toBoth } from '../testing/outbox-bench.js';
import { confirmed, RecordingPublisher } from '../testing/recording-publisher.js';
import type { History } from './history.js';
import { MomentsCursor } from './moments-cursor.js';
import { republish, type RepublishOptions } from './republish.js';

let bench: OutboxBench;
beforeAll(async () => {
  bench = await OutboxBench.open();
  await bench.pool.query(await readFile(republicationsSql, 'utf8'));
  await bench.pool.query('CREATE TABLE deeds (subject uuid, step int, at timestamptz)');
});
afterEach(async () => {
  await bench.clear();
  await bench.pool.query('TRUNCATE deeds, republications');
});
afterAll(() => bench.close());

const subjectOf = (n: number) => `0193a000-0000-7000-8000-${String(n).padStart(12, '0')}`;
const day = (n: number) => new Date(Date.UTC(2026, 10, n));

/** Deeds are told under their subject's key; step 9 cannot be told again. */
const history: History = {
  moments: 'SELECT at, subject, step FROM deeds',
  tell: async (moments) =>
    moments.map(({ subject, step }) =>
      step === 9
        ? { messages: [], leftOut: 1 }
        : {
            messages: [
              { contract: toBoth, key: subject, subject, payload: `${step}`, id: derivedId(subject, toBoth) },
            ],
            leftOut: 0,
          },
    ),
};

function again(change: Partial<RepublishOptions> = {}) {
  const [from, to] = [day(1), day(30)];
  const who = { actor: 'an operator', reason: 'a test' };
  const options = { databaseUrl: bench.url, source: '/test', routes, from, to, dryRun: false, ...who };
  return republish(history, { ...options, waitMs: 2_000, ...change });
}

const did = (deeds: readonly (readonly [number, number, Date])[]) =>
  bench.pool.query('INSERT INTO deeds SELECT * FROM unnest($1::uuid[], $2::int[], $3::timestamptz[])', [
    deeds.map(([subject]) => subjectOf(subject)),
    deeds.map(([, step]) => step),
    deeds.map(([, , at]) => at),
  ]);

const told = async (broker: string) =>
  (await bench.rows())
    .filter((row) => row.broker === broker)
    .map(({ key, text }) => [Number(key.slice(-3)), +text]);

describe('what is told again', () => {
  test('comes in the order of time, and of steps within a moment, under the ids it had', async () => {
    await did([
      [1, 1, day(3)],
      [2, 0, day(2)],
      [1, 0, day(3)],
      [2, 1, day(4)],
    ]);
    await again();
    const inOrder = [
      [2, 0],
      [1, 0],
      [1, 1],
      [2, 1],
    ];
    expect(await told('kafka')).toEqual(inOrder);
    expect(await told('rabbitmq')).toEqual(inOrder);
    const { rows } = await bench.pool.query('SELECT DISTINCT key, message_id FROM outbox');
    expect(rows).toHaveLength(2);
    for (const { key, message_id } of rows) expect(message_id).toBe(derivedId(key, toBoth));
  });

  test('is what happened from one time on, before another, for one broker if that is said', async () => {
    await did([1, 2, 3, 4].map((n) => [n, 0, day(n)] as const));
    const republished = await again({ from: day(2), to: day(4), broker: 'rabbitmq' });
    expect(republished).toEqual({ messages: { 'rabbitmq exchange/key': 2 }, leftOut: 0 });
    expect(await told('kafka')).toEqual([]);
    expect((await told('rabbitmq')).map(([subject]) => subject)).toEqual([2, 3]);
  });

  test('is counted by a dry run as it would be written, and what cannot be told as it was is counted too', async () => {
    await did(Array.from({ length: 450 }, (_, n) => [n, n % 9 === 0 ? 9 : 0, day(2)] as const));
    const dry = await again({ dryRun: true });
    expect(dry).toEqual({ messages: { 'kafka topic': 400, 'rabbitmq exchange/key': 400 }, leftOut: 50 });
    expect(await bench.rows()).toEqual([]);
    expect((await bench.pool.query('SELECT FROM republications')).rowCount).toBe(0);
    bench.relay({ kafka: new RecordingPublisher(), rabbitmq: new RecordingPublisher() }).start();
    expect(await again()).toEqual(dry);
  });

  test('is written down, with its counts only when all of it is in the outbox', async () => {
    await did([[1, 0, day(2)]]);
    await again({ broker: 'kafka' });
    const failing: History = { ...history, tell: () => Promise.reject(new Error('cannot read')) };
    const options = { databaseUrl: bench.url, source: '/test', routes, from: day(1), to: day(30) };
    const who = { actor: 'another', reason: 'a test' };
    await expect(republish(failing, { ...options, ...who, dryRun: false, waitMs: 1 })).rejects.toThrow(
      'cannot read',
    );
    const { rows } = await bench.pool.query(
      'SELECT actor, reason, broker, messages, carried_out_at IS NULL AS open FROM republications ORDER BY asked_at',
    );
    expect(rows).toEqual([
      {
        actor: 'an operator',
        reason: 'a test',
        broker: 'kafka',
        messages: { 'kafka topic': 1 },
        open: false,
      },
      { actor: 'another', reason: 'a test', broker: null, messages: null, open: true },
    ]);
  });
});

describe('the application beside it', () => {
  const many = Array.from({ length: 2_000 }, (_, n) => [n, 0, day(2)] as const);

  test('never has more in its outbox than a moment’s work', async () => {
    await did(many);
    let most = 0;
    const counting = {
      publish: async (batch: readonly unknown[]) => {
        most = Math.max(most, Number((await bench.pool.query('SELECT count(*) FROM outbox')).rows[0].count));
        return batch.map(() => confirmed);
      },
      close: async () => undefined,
    };
    bench.relay({ kafka: counting, rabbitmq: counting }).start();
    const { messages } = await again();
    expect(messages).toEqual({ 'kafka topic': 2_000, 'rabbitmq exchange/key': 2_000 });
    expect(most).toBeGreaterThan(0);
    expect(most).toBeLessThanOrEqual(500 + 2 * 200);
  });

  test('is not filled up when nobody sends: it ends with an error', async () => {
    await did(many);
    await expect(again({ waitMs: 300 })).rejects.toThrow('does the service run?');
    expect((await bench.rows()).length).toBeLessThanOrEqual(500 + 2 * 200);
  });

  test('keeps its tables vacuumed: no snapshot stays open while the rest waits to be sent', async () => {
    await did(many);
    const cursor = await MomentsCursor.open(bench.url, history.moments, day(1), day(30));
    expect(await cursor.next(10)).toHaveLength(10);
    const { rows } = await bench.pool.query(
      `SELECT backend_xmin FROM pg_stat_activity
       WHERE datname = current_database() AND query LIKE 'FETCH%' AND pid <> pg_backend_pid()`,
    );
    expect(rows).toEqual([{ backend_xmin: null }]);
    await cursor.close();
  });
});
