/**
 * A consumer process for tests, on the built libraries: handles `DELIVERIES` (a JSON list of payload and id) as
 * redelivered, as a broker hands them out again after a death. The payload `kill` aborts the process. Says as a line
 * each run it begins, each effect, each message it puts back and each dead letter. With `LEASE_MS` its inbox is in Redis; with
 * `DIES_COMMITTED` it dies with its first commit.
 */
import { PostgresInbox } from '@waybill/idempotency';
import { RedisInbox } from '@waybill/idempotency/redis';
import { defineSubscription, done, SubscriptionRunner, writeEnvelope } from '@waybill/messaging';
import { pgDatabase } from '@waybill/outbox';
import pg from 'pg';

const {
  DATABASE_URL,
  REDIS_URL,
  SUBSCRIPTION,
  DELIVERIES,
  HANDLER_MS = '0',
  LEASE_MS,
  DIES_COMMITTED,
} = process.env;
const sent = JSON.parse(DELIVERIES);
const say = (line) => process.stdout.write(`${line}\n`);
const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
const pool = new pg.Pool({ connectionString: DATABASE_URL, max: 5 });
let open = sent.length;

async function redisInbox(leaseMs) {
  const renewEveryMs = Math.floor(leaseMs / 3);
  const times = { leaseMs, renewEveryMs, processingMs: 120_000, completedMs: 120_000 };
  const inbox = new RedisInbox({ url: REDIS_URL, ...times });
  await inbox.start();
  return inbox;
}
const inbox = LEASE_MS ? await redisInbox(Number(LEASE_MS)) : new PostgresInbox();

const deliveryOf = ({ payload, id }) => ({
  message: {
    key: '',
    attributes: writeEnvelope({
      id,
      type: 'text',
      source: '/test',
      subject: payload,
      time: '2026-01-01T00:00:00Z',
      dataschema: 'urn:test:text',
      sequence: 1,
    }),
    headers: {},
    body: Buffer.from(payload),
  },
  origin: { address: 'a', redelivered: true, via: 'address' },
  current: true,
  done: async () => void open--,
  retryLater: async (_delayMs, headers) => {
    say(`put back ${payload} after ${headers['waybill-attempts']} attempts`);
    return true;
  },
  deadLetter: async () => {
    say(`dead ${payload}`);
    return true;
  },
});

/** Hands everything out at once, and is no broker beyond that. */
const broker = {
  name: 'memory',
  capabilities: { exactDelays: true },
  publisher: () => ({ publish: async () => [], close: async () => undefined }),
  consumer: (_, take) => ({
    start: async () => {
      say('holding');
      take(sent.map(deliveryOf));
    },
    stopTaking: async () => undefined,
    close: async () => undefined,
    waiting: async () => 0,
  }),
};

const text = {
  type: 'text',
  dataschema: 'urn:test:text',
  decode: ({ body }) => Buffer.from(body).toString(),
};
const handler = {
  handle: async ({ payload, transaction }) => {
    say(`begun ${payload}`);
    if (payload === 'kill') process.abort();
    if (HANDLER_MS !== '0') await pause(Number(HANDLER_MS));
    transaction.afterCommit(() => {
      say(`effect ${payload}`);
      if (DIES_COMMITTED) process.kill(process.pid, 'SIGKILL');
    });
    return done();
  },
};

const runner = new SubscriptionRunner({
  broker,
  subscription: defineSubscription({
    name: SUBSCRIPTION,
    broker: 'memory',
    addresses: ['a'],
    order: 'none',
    lane: 'batch',
  }),
  handlers: [{ contract: text, handler }],
  database: pgDatabase(pool),
  inbox,
  events: { emit: () => undefined },
});
await runner.start();
while (open > 0) await pause(5);
await runner.drain(5_000);
await pool.end();
inbox.close?.();
say('ended');
