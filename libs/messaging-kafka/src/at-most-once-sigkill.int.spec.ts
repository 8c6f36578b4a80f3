import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { eventually, numbered, throwawayDatabase, type ThrowawayDatabase } from '@waybill/test-kit';
import pg from 'pg';
import { testBrokers } from './testing/test-environment.js';
import { TestKafka } from './testing/test-kafka.js';

const script = new URL('./testing/handle-at-most-once.mjs', import.meta.url).pathname;
const sent = 6_000;
const kills = 3;
/** A SIGKILL can take what was committed and not handled: at most the prefetch of the script. */
const prefetch = 100;

describe('a process killed while it handles what is wanted at most once', () => {
  let throwaway: ThrowawayDatabase;
  let pool: pg.Pool;
  let kafka: TestKafka;
  let child: ChildProcess | undefined;
  beforeAll(async () => {
    throwaway = await throwawayDatabase({ sql: 'CREATE TABLE handled (text text NOT NULL)' });
    pool = new pg.Pool({ connectionString: throwaway.url, max: 1 });
    pool.on('error', () => undefined); // the drop may cut a connection that is still closing
  });
  beforeEach(async () => void (kafka = await TestKafka.open()));
  afterEach(async () => {
    await kill();
    await kafka.close();
  });
  afterAll(async () => {
    await pool.end();
    await throwaway.drop();
  });

  const start = (topic: string, group: string) => {
    const settings = {
      DATABASE_URL: throwaway.url,
      KAFKA_BROKERS: testBrokers().join(','),
      TOPIC: topic,
      GROUP: group,
    };
    const env = { ...process.env, NODE_OPTIONS: '', ...settings };
    child = spawn(process.execPath, [script], { env, stdio: ['ignore', 'ignore', 'inherit'] });
  };
  const kill = async (signal: NodeJS.Signals = 'SIGKILL') => {
    if (!child) return;
    const closed = once(child, 'close');
    child.kill(signal);
    child = undefined;
    await closed;
  };
  /** Runs of the handler that were committed, and of how many messages. */
  const counted = async () => {
    const { rows } = await pool.query<{ runs: number; handled: number }>(
      'SELECT count(*)::int AS runs, count(DISTINCT text)::int AS handled FROM handled',
    );
    return rows[0]!;
  };

  it(`loses at most what it held and doubles nothing, ${kills} times over`, async () => {
    const topic = await kafka.topic(3);
    const { name: group } = kafka.subscription(topic);
    const publisher = kafka.adapter().publisher('test');
    for (const batch of batchesOf(500, numbered(topic, sent))) await publisher.publish(batch);

    for (let killed = 0; killed < kills; killed++) {
      const { runs } = await counted();
      start(topic, group);
      await eventually(async () => expect((await counted()).runs).toBeGreaterThan(runs + 300), 40_000);
      const expelDead = await kafka.expelLater(group);
      await kill();
      await expelDead();
    }
    const { runs } = await counted();
    expect(runs).toBeLessThan(sent); // else the kills met nothing
    start(topic, group);
    const ends = (await kafka.admin.fetchTopicOffsets(topic)).map(({ high }) => Number(high));
    await eventually(
      async () => expect((await kafka.committed(group, topic)).toSorted()).toEqual(ends.toSorted()),
      60_000,
    );
    await kill('SIGTERM'); // committed before it is handled: the last ones are finished by the drain

    const { runs: all, handled } = await counted();
    const [lost, doubled] = [sent - handled, all - handled];
    process.stdout.write(`at most once, ${kills} SIGKILLs: ${sent} sent, ${handled} handled, ${lost} lost\n`);
    expect(doubled).toBe(0);
    expect(lost).toBeGreaterThan(0); // else it was at least once, by luck or by design
    expect(lost).toBeLessThanOrEqual(kills * prefetch);
  }, 240_000);
});

function batchesOf<T>(size: number, all: readonly T[]): T[][] {
  return Array.from({ length: Math.ceil(all.length / size) }, (_, index) =>
    all.slice(index * size, (index + 1) * size),
  );
}
