import { PgBoss } from 'pg-boss';
import type pg from 'pg';
import { toHeaders } from './loop-headers.ts';
import type { Queue } from './queue.ts';

export const queueName = 'events';

export interface Job {
  readonly topic: string;
  readonly key: string;
  readonly headers: Record<string, string>;
  readonly body: string;
}

export const jobsOf = (events: Parameters<Queue['fill']>[0], topic: string): Job[] => {
  const headers = toHeaders(events);
  return events.map(({ key, contract, payload }, index) => ({
    topic,
    key,
    headers: headers[index]!,
    body: Buffer.from(contract.encode(payload)).toString(),
  }));
};

export const pgBossQueue: Queue = {
  name: 'pg-boss',
  sender: new URL('pg-boss-sender.ts', import.meta.url).href,
  prepare: (databaseUrl) =>
    withBoss(databaseUrl, async (boss) => {
      await boss.createQueue(queueName, { notify: true });
    }),
  fill: async (events, topic, pool) => {
    const client = await pool.connect();
    const url = (pool.options as pg.PoolConfig).connectionString!;
    const db = { executeSql: (text: string, values: unknown[] = []) => client.query(text, values) };
    await client.query('BEGIN');
    await withBoss(url, async (boss) => {
      await boss.insert(
        queueName,
        jobsOf(events, topic).map((data) => ({ data: data as object })),
        { db },
      );
      await client.query('COMMIT');
    });
    client.release();
  },
  countLeft: () => "SELECT count(*)::int AS left FROM pgboss.job WHERE state < 'completed'",
  keepsKeyOrder: false,
};

async function withBoss(connectionString: string, work: (boss: PgBoss) => Promise<void>): Promise<void> {
  const boss = new PgBoss({ connectionString, schedule: false, supervise: false, registerInstance: false });
  await boss.start();
  await work(boss);
  await boss.stop({ graceful: false });
}
