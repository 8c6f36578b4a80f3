import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { eventually } from '@waybill/test-kit';
import type { SqlTransaction } from '@waybill/messaging';
import { OutboxBench, toKafka } from '../testing/outbox-bench.js';
import { RecordingPublisher, refused } from '../testing/recording-publisher.js';
import { ReadFloor } from './read-floor.js';

let bench: OutboxBench;
beforeAll(async () => {
  bench = await OutboxBench.open();
  await bench.pool.query('CREATE TABLE business (note text)');
});
afterEach(() => bench.clear());
afterAll(() => bench.close());

const lease = { partition: 7, token: '1' };
/** Of partition 7, the lease's. */
const key = 'customer-1';

const rows = (texts: readonly string[]) => texts.map((each) => [toKafka, key, each] as const);
const lastNumber = async () => (await bench.rows()).at(-1)!.number;
const sendAll = () => bench.pool.query('DELETE FROM outbox');

function floorOf(connections = bench.connections()) {
  const floor = new ReadFloor('kafka', connections, 1);
  /** The first look may open the connection, the next notes the last number, the last finds its writers gone. */
  const risen = async (): Promise<bigint> => {
    for (const _ of ['connect', 'note', 'rise']) {
      floor.passed(1);
      await floor.rise([lease]);
    }
    return BigInt(floor.under([lease])[0]!);
  };
  return { floor, risen };
}

/** Open from before `work` until its end; whatever it does first. */
async function whileOpen(
  first: (transaction: SqlTransaction) => Promise<unknown>,
  work: () => Promise<void>,
) {
  await bench.database.transaction(async (transaction) => {
    await first(transaction);
    await work();
  });
}

describe('reading begins above what is sent', () => {
  test.each([
    ['reads', (transaction: SqlTransaction) => transaction.query('SELECT count(*) FROM outbox')],
    ['writes', (transaction: SqlTransaction) => transaction.execute("INSERT INTO business VALUES ('long')")],
  ])('also while an old transaction that %s is open', async (_, first) => {
    await whileOpen(first, async () => {
      await bench.add(rows(['a', 'b']));
      const last = await lastNumber();
      await sendAll();
      expect(await floorOf().risen()).toBe(BigInt(last));
    });
  });

  test('and below every row that waits, whatever for', async () => {
    const loop = bench.loop(
      'kafka',
      new RecordingPublisher((one) => (one === 'bad' ? refused : { status: 'confirmed' })),
    );
    await bench.add(rows(['sent', 'bad', 'behind it']));
    const [, bad] = await bench.rows();
    await loop.turn();
    expect(await floorOf().risen()).toBe(BigInt(bad!.number) - 1n);

    await bench.pool.query(
      "UPDATE outbox SET refused_at = NULL, due_at = now() + interval '1 h' WHERE number = $1",
      [bad!.number],
    );
    expect(await floorOf().risen()).toBe(BigInt(bad!.number) - 1n);
  });
});

describe('reading never begins above a number', () => {
  test('that is drawn and not yet committed', async () => {
    const { floor, risen } = floorOf();
    let before = 0n;
    const open = Promise.withResolvers<void>();
    const written = Promise.withResolvers<void>();
    const early = bench.database.transaction(async (transaction) => {
      await bench.addIn(transaction, rows(['early']));
      transaction.beforeCommit(async () => (written.resolve(), open.promise));
    });
    await written.promise;
    await bench.add([[toKafka, 'customer-9', 'later']]);
    before = BigInt(await lastNumber()) - 1n;
    await sendAll();
    expect(await risen()).toBeLessThan(before);
    expect(await risen()).toBeLessThan(before);
    open.resolve();
    await early;
    expect((await bench.rows()).map(({ text }) => text)).toEqual(['early']);
    expect(BigInt(floor.under([lease])[0]!)).toBeLessThan(before);
    expect(await risen()).toBe(before - 1n);
  });

  test('that another server may draw again: with its connection, all it knew is forgotten', async () => {
    const lost: Error[] = [];
    const { floor, risen } = floorOf(bench.connections((error) => lost.push(error)));
    await bench.add(rows(['a']));
    await sendAll();
    expect(await risen()).toBeGreaterThan(0n);
    await bench.pool.query(
      "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'outbox relay' AND datname = current_database()",
    );
    await eventually(() => expect(lost).toHaveLength(1));
    floor.passed(1);
    await floor.rise([lease]);
    expect(floor.held).toBe(false);
    expect(floor.under([lease])).toEqual(['0']);
  });
});
