import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { inboxSql, PostgresInbox } from '@waybill/idempotency';
import type { InboxClaim } from '@waybill/messaging';
import { pgDatabase } from '@waybill/outbox';
import { createClient, type RedisClientType } from '@redis/client';
import { throwawayDatabase } from '@waybill/test-kit';
import pg from 'pg';
import { v7 } from 'uuid';
import type { Contender } from '../contest/contender.ts';
import { contest, type Say } from '../contest/contest.ts';
import type { Part } from '../contest/line.ts';
import type { ContestOptions } from '../contest/options.ts';
import { Stopwatch } from '../contest/stopwatch.ts';

/** What the batch lane takes at most. */
const batchSize = 200;

/** Only the question "was this message handled before?", asked in three ways. */
export async function measureClaims({ smoke, rounds }: ContestOptions, say: Say): Promise<Part> {
  const [many, few] = smoke ? [2_000, 100] : [100_000, 3_000];
  const database = await throwawayDatabase({ sql: await readFile(inboxSql, 'utf8') });
  const pool = new pg.Pool({ connectionString: database.url, max: 2 });
  const redis = createClient({ url: process.env['REDIS_URL']! });
  await redis.connect();
  try {
    const batched = inbox('inbox, 200 claims a transaction', pool, many, batchSize);
    const single = inbox('inbox, one claim a transaction', pool, few, 1);
    const setNx = redisSetNx(redis, smoke ? 500 : 20_000);
    const results = await contest([batched, single, setNx], { rounds, warmUp: !smoke }, say);
    return {
      title: 'claims alone',
      lines: [
        results.line({ name: batched.name, base: single.name, aim: { atLeast: 30 } }),
        results.line({ name: batched.name, base: setNx.name, aim: { atLeast: 1.5 } }),
        results.line({ name: single.name }),
        results.line({ name: setNx.name }),
      ],
    };
  } finally {
    redis.destroy();
    await pool.end();
    await database.drop();
  }
}

function inbox(name: string, pool: pg.Pool, count: number, perTransaction: number): Contender {
  const database = pgDatabase(pool);
  const store = new PostgresInbox();
  return {
    name,
    round: async () => {
      const claims = claimsFor(count);
      await pool.query('TRUNCATE inbox');
      const watch = new Stopwatch();
      for (let first = 0; first < count; first += perTransaction) {
        const some = claims.slice(first, first + perTransaction);
        await database.transaction((transaction) => store.claim('bench', some, transaction));
      }
      const measured = watch.measured(count);
      const { rows } = await pool.query<{ known: number }>('SELECT count(*)::int AS known FROM inbox');
      if (rows[0]!.known !== count) throw new Error(`${name}: ${rows[0]!.known} of ${count} are known`);
      return measured;
    },
  };
}

/** As most examples on the web have it: one awaited command a message. */
function redisSetNx(redis: Redis, count: number): Contender {
  const name = 'Redis, an awaited SET NX each';
  return {
    name,
    round: async () => {
      const claims = claimsFor(count);
      const watch = new Stopwatch();
      for (const { messageId } of claims)
        await redis.set(`bench:${messageId}`, '1', {
          condition: 'NX',
          expiration: { type: 'EX', value: 60 },
        });
      const measured = watch.measured(count);
      const keys = claims.map(({ messageId }) => `bench:${messageId}`);
      const removed = await redis.del(keys);
      if (removed !== count) throw new Error(`${name}: ${removed} of ${count} are known`);
      return measured;
    },
  };
}

type Redis = Pick<RedisClientType, 'set' | 'del'>;

const claimsFor = (count: number): InboxClaim[] =>
  Array.from({ length: count }, () => {
    const messageId = v7();
    return { messageId, bodyHash: createHash('sha256').update(messageId).digest() };
  });
