/**
 * A consumer process for tests, on the built libraries: handles `DELIVERIES` (a JSON list of payload and id) as
 * redelivered, as a broker hands them out again after a death. The payload `kill` aborts the process. Says each effect
 * and each dead letter as a line.
 */
import { PostgresInbox } from '@waybill/idempotency';
import { defineSubscription, done, SubscriptionRunner, writeEnvelope } from '@waybill/messaging';
import { pgDatabase } from '@waybill/outbox';
import pg from 'pg';

const { DATABASE_URL, SUBSCRIPTION, DELIVERIES, HANDLER_MS = '0' } = process.env;
const sent = JSON.parse(DELIVERIES);
const say = (line) => process.stdout.write(`${line}\n`);
const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
const pool = new pg.Pool({ connectionString: DATABASE_URL, max: 5 });
let open = sent.length;

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
  retryLater: async () => true,
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
    if (payload === 'kill') process.abort();
    if (HANDLER_MS !== '0') await pause(Number(HANDLER_MS));
    transaction.afterCommit(() => say(`effect ${payload}`));
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
  inbox: new PostgresInbox(),
  events: { emit: () => undefined },
});
await runner.start();
while (open > 0) await pause(5);
await runner.drain(5_000);
await pool.end();
say('ended');
