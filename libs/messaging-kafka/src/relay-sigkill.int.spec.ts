import { readFile } from 'node:fs/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { OutboxRelay, outboxSql } from '@waybill/outbox';
import { eventually, throwawayDatabase, type ThrowawayDatabase } from '@waybill/test-kit';
import pg from 'pg';
import { RelayingProcess } from './testing/relaying-process.js';
import { TestKafka } from './testing/test-kafka.js';

const kills = 5;
/** By turns, so that the kills fall into different phases of the round. */
const confirmedBefore = (kill: number) => 200 + 137 * kill;

describe('a process killed while it relays as fast as it can', () => {
  let throwaway: ThrowawayDatabase;
  let pool: pg.Pool;
  let kafka: TestKafka;
  beforeAll(async () => {
    throwaway = await throwawayDatabase({ sql: await readFile(outboxSql, 'utf8') });
    pool = new pg.Pool({ connectionString: throwaway.url, max: 1 });
    pool.on('error', () => undefined); // the drop may cut a connection that is still closing
  });
  beforeEach(async () => void (kafka = await TestKafka.open()));
  afterEach(() => kafka.close());
  afterAll(async () => {
    await pool.end();
    await throwaway.drop();
  });

  /** A COMMIT that was sent before the kill is carried out all the same; then its connection is gone. */
  const allGone = () =>
    eventually(async () => {
      const { rows } = await pool.query(
        `SELECT pid FROM pg_stat_activity
         WHERE datname = current_database() AND backend_type = 'client backend' AND pid <> pg_backend_pid()`,
      );
      expect(rows).toEqual([]);
    });
  const left = async (): Promise<Set<string>> => {
    const { rows } = await pool.query<{ text: string }>(
      `SELECT convert_from(body, 'UTF8') AS text FROM outbox`,
    );
    return new Set(rows.map(({ text }) => text));
  };
  const sent = async (topic: string): Promise<string[]> =>
    (await kafka.contents(topic)).map(({ value }) => value!.toString());

  it(`leaves in the outbox all rows that were not confirmed, ${kills} times over; another then sends them in order`, async () => {
    const topic = await kafka.topic(6);
    const committed = new Set<string>();
    let inFlight = 0;
    for (let kill = 0; kill < kills; kill++) {
      const process = RelayingProcess.start(`life${kill}`, throwaway.url, topic);
      await eventually(() => expect(process.confirmed.size).toBeGreaterThan(confirmedBefore(kill)), 30_000);
      await process.kill();
      await allGone();

      const [rows, written] = [await left(), new Set(await sent(topic))];
      const unconfirmed = without(process.committed, process.confirmed);
      inFlight += unconfirmed.length;
      expect(without(unconfirmed, rows)).toEqual([]);
      expect(without(process.confirmed, written)).toEqual([]);
      expect(without(process.committed, new Set([...rows, ...written]))).toEqual([]);
      for (const text of [...process.committed, ...process.confirmed, ...rows]) committed.add(text);
    }

    expect(inFlight).toBeGreaterThan(0); // else the kills met nothing
    const relay = new OutboxRelay({
      databaseUrl: throwaway.url,
      publishers: { kafka: kafka.adapter().publisher('heir') },
      owner: 'relay',
      events: { emit: () => undefined },
    });
    relay.start();
    await eventually(async () => expect((await left()).size).toBe(0), 30_000);
    await relay.stop();

    const all = await sent(topic);
    expect(new Set(all)).toEqual(committed);
    expect(firstOf(all)).toEqual(inOrder(committed));
  }, 180_000);
});

const without = (texts: Iterable<string>, others: ReadonlySet<string>): string[] =>
  [...texts].filter((text) => !others.has(text));

/** By key, the numbers in the order in which they first appeared: copies are counted apart. */
function firstOf(texts: readonly string[]): Map<string, number[]> {
  const byKey = new Map<string, number[]>();
  for (const text of new Set(texts)) {
    const [key, number] = text.split(':') as [string, string];
    byKey.set(key, [...(byKey.get(key) ?? []), Number(number)]);
  }
  return new Map([...byKey].toSorted());
}

function inOrder(texts: ReadonlySet<string>): Map<string, number[]> {
  const sorted = [...texts].toSorted((a, b) => Number(a.split(':')[1]) - Number(b.split(':')[1]));
  return firstOf(sorted);
}
