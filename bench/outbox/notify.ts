import type { SqlTransaction } from '@waybill/messaging';
import { OutboxRelay, pgDatabase, type Outbox } from '@waybill/outbox';
import { eventually, throwawayDatabase } from '@waybill/test-kit';
import pg from 'pg';
import { BenchKafka } from '../contest/bench-kafka.ts';
import type { Contender } from '../contest/contender.ts';
import { contest, type Say } from '../contest/contest.ts';
import type { Part } from '../contest/line.ts';
import type { ContestOptions } from '../contest/options.ts';
import { Stopwatch } from '../contest/stopwatch.ts';
import { checkTopic } from './check-topic.ts';
import { eventsFrom } from './event.ts';
import { outboxQueue, outboxTo } from './outbox-queue.ts';

const writers = 32;
/** Short, so that the two soon share what there is. */
const leaseMs = 3_000;

/** Many small transactions side by side, each with one message; two relays, so that one must be woken from afar. */
export async function measureNotify({ smoke, rounds }: ContestOptions, say: Say): Promise<Part> {
  const kafka = await BenchKafka.open();
  const commits = smoke ? 200 : 8_000;
  const poke = commitsWith('poke', commits, kafka);
  const notify = commitsWith('NOTIFY', commits, kafka);
  try {
    const results = await contest([poke, notify], { rounds, warmUp: !smoke }, say);
    return {
      title: `commits with one message each, ${writers} side by side`,
      lines: [results.line({ name: poke.name, base: notify.name }), results.line({ name: notify.name })],
    };
  } finally {
    await kafka.close();
  }
}

const names = { poke: 'poke after commit', NOTIFY: 'NOTIFY in the transaction' };

function commitsWith(wake: keyof typeof names, commits: number, kafka: BenchKafka): Contender {
  return {
    name: names[wake],
    round: async () => {
      const database = await throwawayDatabase({ sql: outboxQueue.tables! });
      const pool = new pg.Pool({ connectionString: database.url, max: writers, options: '-c jit=off' });
      pool.on('error', () => undefined); // dropping the database cuts what is closing still
      const topic = await kafka.topic(6);
      const relays = await startRelays(database.url, pool, kafka);
      const outbox = outboxTo(topic, wake === 'poke' ? relays[0] : undefined);
      const watch = new Stopwatch();
      await commitAll(commits, pool, outbox, wake === 'NOTIFY' ? notify : async () => undefined);
      const measured = watch.measured(commits);
      await eventually(() => isEmpty(pool));
      await Promise.all(relays.map((relay) => relay.stop()));
      await checkTopic(kafka, topic, commits, outboxQueue);
      await pool.end();
      await Promise.all([database.drop(), kafka.removeTopic(topic)]);
      return measured;
    },
  };
}

async function startRelays(databaseUrl: string, pool: pg.Pool, kafka: BenchKafka): Promise<OutboxRelay[]> {
  const relays = ['near', 'far'].map((owner) => {
    const events = { emit: () => undefined };
    const publishers = { kafka: kafka.broker.publisher(owner) };
    return new OutboxRelay({ databaseUrl, owner, publishers, events, leaseMs });
  });
  for (const relay of relays) relay.start();
  await outboxQueue.sharedBy!(relays.length, pool);
  return relays;
}

const notify = (transaction: SqlTransaction): Promise<unknown> =>
  transaction.query("SELECT pg_notify('waybill_outbox', 'writer')");

async function commitAll(
  commits: number,
  pool: pg.Pool,
  outbox: Outbox,
  wake: (transaction: SqlTransaction) => Promise<unknown>,
): Promise<void> {
  const database = pgDatabase(pool);
  const events = eventsFrom(0, commits).values();
  const write = async () => {
    for (const event of events)
      await database.transaction(async (transaction) => {
        await outbox.add([event], transaction);
        await wake(transaction);
      });
  };
  await Promise.all(Array.from({ length: writers }, write));
}

async function isEmpty(pool: pg.Pool): Promise<void> {
  const { rows } = await pool.query<{ left: number }>('SELECT count(*)::int AS left FROM outbox');
  if (rows[0]!.left > 0) throw new Error(`${rows[0]!.left} rows are left`);
}
