import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { context, propagation } from '@opentelemetry/api';
import { NoRouteError } from './outbox.errors.js';
import { OutboxBench, text, toBoth, toKafka } from './testing/outbox-bench.js';

let bench: OutboxBench;
beforeAll(async () => void (bench = await OutboxBench.open()));
afterEach(() => bench.clear());
afterAll(() => bench.close());

describe('messages added in a transaction', () => {
  test('exist once it commits, one row per destination, with the same id', async () => {
    await bench.add([[toBoth, 'k', 'a']]);
    const { rows } = await bench.pool.query('SELECT * FROM outbox ORDER BY number');
    expect(rows.map(({ broker, address, priority }) => [broker, address, priority])).toEqual([
      ['kafka', 'topic', null],
      ['rabbitmq', 'exchange/key', 9],
    ]);
    expect(rows[0].message_id).toBe(rows[1].message_id);
    expect(rows[0].attributes).toEqual({
      specversion: '1.0',
      id: rows[0].message_id,
      type: 'to-both',
      source: '/test',
      subject: 'about a',
      dataschema: 'urn:test:to-both',
      time: expect.stringMatching(/^\d{4}-.*Z$/),
      sequence: '1',
    });
    expect(rows[0].message_id[14]).toBe('7');
  });

  test('vanish with it, and give their sequences back', async () => {
    const failed = bench.database.transaction(async (transaction) => {
      await bench.addIn(transaction, [[toKafka, 'k', 'a']]);
      throw new Error('changed my mind');
    });
    await expect(failed).rejects.toThrow('changed my mind');
    await bench.add([[toKafka, 'k', 'b']]);
    expect(await bench.rows()).toMatchObject([{ text: 'b', sequence: 1 }]);
  });

  test('are gathered from all callers and written in one statement, in the order added', async () => {
    const outbox = bench.outbox();
    const statements: string[] = [];
    await bench.database.transaction(async (transaction) => {
      const watched = {
        ...transaction,
        execute: (sql: string, values?: readonly unknown[]) => (
          statements.push(sql),
          transaction.execute(sql, values)
        ),
      };
      await bench.addIn(
        watched,
        [
          [toKafka, 'k', 'a'],
          [toKafka, 'j', 'b'],
        ],
        outbox,
      );
      await bench.addIn(watched, [[toKafka, 'k', 'c']], outbox);
      expect(statements).toEqual([]);
    });
    expect(statements).toHaveLength(1);
    expect((await bench.rows()).map(({ text, sequence }) => [text, sequence])).toEqual([
      ['a', 1],
      ['b', 1],
      ['c', 2],
    ]);
  });

  test('by a beforeCommit hook that runs after the flush are written too', async () => {
    await bench.database.transaction(async (transaction) => {
      const outbox = bench.outbox();
      await bench.addIn(transaction, [[toKafka, 'k', 'a']], outbox);
      transaction.beforeCommit(() => bench.addIn(transaction, [[toKafka, 'k', 'b']], outbox));
    });
    expect(await bench.rows()).toMatchObject([{ text: 'a' }, { text: 'b', sequence: 2 }]);
  });

  test('without a key have sequence 0 and wait for no other transaction', async () => {
    await bench.database.transaction(async (transaction) => {
      await bench.addIn(transaction, [[toKafka, '', 'a']]);
      transaction.beforeCommit(() => bench.add([[toKafka, '', 'b']]));
    });
    expect((await bench.rows()).map(({ sequence }) => sequence)).toEqual([0, 0]);
  });

  test('of a type without a route are refused at once', async () => {
    await expect(bench.add([[text('toString'), 'k', 'a']])).rejects.toThrow(NoRouteError);
    expect(await bench.rows()).toEqual([]);
  });

  test('carry the trace of the caller', async () => {
    propagation.setGlobalPropagator({
      inject: (_, carrier: Record<string, string>) => void (carrier['traceparent'] = '00-trace'),
      extract: () => context.active(),
      fields: () => ['traceparent'],
    });
    await bench.add([[toKafka, 'k', 'a']]);
    propagation.disable();
    const { rows } = await bench.pool.query("SELECT attributes->>'traceparent' AS trace FROM outbox");
    expect(rows).toEqual([{ trace: '00-trace' }]);
  });
});

test('transactions that share keys in opposite order do not deadlock, and every sequence is given once', async () => {
  const forward = ['a', 'b', 'c', 'd'].map((key) => [toKafka, key, key] as const);
  const backward = forward.toReversed();
  await Promise.all(
    Array.from({ length: 40 }, (_, round) => bench.add(round % 2 === 0 ? forward : backward)),
  );
  const sequences = (await bench.rows()).filter(({ key }) => key === 'c').map(({ sequence }) => sequence);
  expect(sequences).toEqual(Array.from({ length: 40 }, (_, index) => index + 1));
});
