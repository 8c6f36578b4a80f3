import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { eventually } from '../testing/eventually.js';
import { OutboxBench, toKafka } from '../testing/outbox-bench.js';
import { RecordingPublisher, refused } from '../testing/recording-publisher.js';

let bench: OutboxBench;
beforeAll(async () => void (bench = await OutboxBench.open()));
afterEach(() => bench.clear());
afterAll(() => bench.close());

const lookEveryMs = 50;
const lastLook = () => bench.eventsOf('outbox').at(-1);
const heldBackBy = () => lastLook()?.heldBackBy ?? [];

/** A transaction that is left open after `statement`. */
async function leftOpen(statement: string) {
  const client = await bench.pool.connect();
  await client.query(`BEGIN; ${statement}`);
  const { rows } = await client.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
  const end = async () => {
    await client.query('ROLLBACK');
    client.release();
  };
  return { pid: rows[0]!.pid, end };
}

test('what waits and what is refused is told every few seconds', async () => {
  const kafka = new RecordingPublisher(() => refused);
  bench.relay({ kafka }, { lookEveryMs }).start();
  await bench.add([[toKafka, 'k', 'a']]);
  await eventually('a refused row', async () => lastLook()?.rows === 1 && lastLook()?.refused === 1);
});

test.each([
  ['has the outbox open for writing', 'LOCK TABLE outbox IN ROW EXCLUSIVE MODE'],
  ['has written something', 'CREATE TEMPORARY TABLE written () ON COMMIT DROP'],
  ['reads one state of the database', 'SET TRANSACTION ISOLATION LEVEL REPEATABLE READ; SELECT 1'],
])('a transaction that %s holds back, and is named after a second', async (_, statement) => {
  bench.relay({ kafka: new RecordingPublisher() }, { lookEveryMs }).start();
  const { pid, end } = await leftOpen(statement);
  await eventually('it is named', async () => heldBackBy().some((each) => each.pid === pid));
  expect(heldBackBy().find((each) => each.pid === pid)!.ageMs).toBeGreaterThan(1_000);
  await end();
  await eventually('it is gone', async () => heldBackBy().every((each) => each.pid !== pid));
});

test('a transaction that is open and holds nothing is not blamed', async () => {
  bench.relay({ kafka: new RecordingPublisher() }, { lookEveryMs }).start();
  const idle = await leftOpen('SELECT 1');
  const holding = await leftOpen('LOCK TABLE outbox IN ROW EXCLUSIVE MODE');
  await eventually('the younger is named', async () => heldBackBy().some(({ pid }) => pid === holding.pid));
  expect(heldBackBy().map(({ pid }) => pid)).not.toContain(idle.pid);
  await Promise.all([idle.end(), holding.end()]);
});
