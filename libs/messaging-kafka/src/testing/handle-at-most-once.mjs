/**
 * A process for tests, on the built libraries: handles a topic at most once, by the whole pipeline, into a table without
 * any constraint, a row for each run of the handler, until it is killed; or finishes what it holds at SIGTERM.
 */
import { defineSubscription, SubscriptionRunner, anyMessage, done } from '@waybill/messaging';
import { kafkaBroker } from '@waybill/messaging-kafka';
import { pgDatabase } from '@waybill/outbox';
import { PostgresInbox } from '@waybill/idempotency';
import pg from 'pg';

const { DATABASE_URL, KAFKA_BROKERS, TOPIC, GROUP } = process.env;

const handler = {
  handle: async ({ message, transaction }) => {
    const text = Buffer.from(message.body).toString();
    await transaction.execute('INSERT INTO handled (text) VALUES ($1)', [text]);
    return done();
  },
};
const broker = kafkaBroker({
  brokers: KAFKA_BROKERS.split(','),
  clientId: 'at-most-once',
  sessionTimeoutMs: 6_000,
  commitIntervalMs: 3_600_000,
});
const runner = new SubscriptionRunner({
  broker,
  subscription: defineSubscription({
    name: GROUP,
    broker: 'kafka',
    addresses: [TOPIC],
    guarantee: 'at-most-once',
    order: 'none',
    lane: 'batch',
    prefetch: 100,
  }),
  handlers: [{ contract: anyMessage, handler }],
  database: pgDatabase(new pg.Pool({ connectionString: DATABASE_URL, max: 4 })),
  inbox: new PostgresInbox(),
  deliveryState: 'none',
  events: { emit: () => undefined },
});
process.once('SIGTERM', async () => {
  await runner.drain(10_000);
  process.exit(0);
});
await runner.start();
