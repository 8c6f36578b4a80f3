import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import type { RelayConnections } from '../relay/relay-connections.js';
import { OutboxBench, toKafka } from '../testing/outbox-bench.js';
import { deleteConfirmed } from './delete-confirmed.js';

let bench: OutboxBench;
beforeAll(async () => void (bench = await OutboxBench.open()));
afterEach(() => bench.clear());
afterAll(() => bench.close());

const waiting = Array.from({ length: 3_000 }, (_, n) => [toKafka, `key ${n}`, `${n}`] as const);
const arrayOf = (values: readonly unknown[]) => `'{${values.join()}}'`;

/** The statement as the relay prepares it, and how many pages it looked at. */
async function deleteFirst(count: number, connections: RelayConnections): Promise<number> {
  const { rows } = await bench.pool.query(
    `SELECT partition, number FROM outbox ORDER BY number LIMIT ${count}`,
  );
  const places = [rows.map(({ partition }) => partition), rows.map(({ number }) => number)];
  const shares = [...new Set(places[0])];
  await bench.pool.query(
    "INSERT INTO outbox_leases SELECT 'kafka', unnest($1::smallint[]), 'me', 1, 'infinity'",
    [shares],
  );
  const parameters = [shares, shares.map(() => 1), ...places].map(arrayOf);
  await connections.query(
    `PREPARE deleting (text, smallint[], bigint[], smallint[], bigint[]) AS ${deleteConfirmed}`,
    [],
  );
  const [explained] = await connections.query<{ 'QUERY PLAN': [{ Plan: Record<string, number> }] }>(
    `EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) EXECUTE deleting ('kafka', ${parameters.join()})`,
    [],
  );
  const { Plan: plan } = explained!['QUERY PLAN'][0];
  return plan['Shared Hit Blocks']! + plan['Shared Read Blocks']!;
}

test.each([
  ['were never gathered', []],
  ['were gathered when it was empty', ['VACUUM ANALYZE outbox', 'fill']],
  ['were gathered when it was full', ['fill', 'VACUUM ANALYZE outbox']],
])('deleting a few rows costs the same however many wait, if statistics %s', async (_, steps) => {
  for (const step of steps.length > 0 ? steps : ['fill'])
    await (step === 'fill' ? bench.add(waiting) : bench.pool.query(step));
  expect(await deleteFirst(16, bench.connections())).toBeLessThan(400);
  expect(await bench.rows()).toHaveLength(waiting.length - 16);
});
