import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { PostgresInbox, inboxSql } from '@waybill/idempotency';
import {
  done,
  SubscriptionRunner,
  systemClock,
  type Contract,
  type MessagingEvent,
} from '@waybill/messaging';
import { pgDatabase } from '@waybill/outbox';
import { messageOf, throwawayDatabase, untilAnswered } from '@waybill/test-kit';
import { readFile } from 'node:fs/promises';
import pg from 'pg';
import { LossySockets } from './testing/lossy-sockets.js';
import { TestKafka } from './testing/test-kafka.js';

const text: Contract<string> = {
  type: 'order.created',
  dataschema: 'order.created.v1',
  decode: ({ body }) => Buffer.from(body).toString(),
  encode: (payload) => Buffer.from(payload),
};

let kafka: TestKafka;
beforeEach(async () => void (kafka = await TestKafka.open()));
afterEach(() => kafka.close());

const database = async () => {
  const throwaway = await throwawayDatabase({ sql: await readFile(inboxSql, 'utf8') });
  kafka.closeLater(() => throwaway.drop());
  const pool = new pg.Pool({ connectionString: throwaway.url });
  kafka.closeLater(() => pool.end());
  return pgDatabase(pool);
};

test('a consumer that fetches no more while its process looks healthy is replaced by one that does', async () => {
  const topic = await kafka.topic(1);
  const sockets = new LossySockets();
  const broker = kafka.adapter({ socketFactory: sockets.socketFactory });
  const [handled, told]: [string[], MessagingEvent[]] = [[], []];
  let aheadMs = 0;
  const handle = async ({ payload }: { payload: string }) => {
    handled.push(payload);
    return done();
  };
  const runner = new SubscriptionRunner({
    broker,
    subscription: kafka.subscription(topic, { handlerTimeoutMs: 1_000 }),
    handlers: [{ contract: text, handler: { handle } }],
    database: await database(),
    inbox: new PostgresInbox(),
    deliveryState: 'none',
    events: { emit: (event) => void told.push(event) },
    clock: { ...systemClock, now: () => Date.now() + aheadMs },
  });
  await runner.start();
  kafka.closeLater(() => runner.drain(1_000));
  const publisher = kafka.adapter().publisher('test');
  const publish = (text: string) => publisher.publish([{ address: topic, message: messageOf(text) }]);
  await publish('before');
  await untilAnswered(() => handled.includes('before') || undefined);

  sockets.lose('fetch');
  await untilAnswered(() => sockets.lost > 0 || undefined);
  await publish('while wedged');
  expect(broker.health().state).toBe('connected');
  aheadMs = 60_000; // instead of waiting for it

  await untilAnswered(() => handled.includes('while wedged') || undefined);
  const wedged = told.filter(({ kind }) => kind === 'wedged');
  expect(wedged).toEqual([expect.objectContaining({ remedy: 'rebuilt' })]);
  await untilAnswered(() => runner.status.wedged === undefined || undefined);
  expect(kafka.events.some((event) => event.kind === 'connection' && event.state === 'lost')).toBe(false);
}, 60_000);
