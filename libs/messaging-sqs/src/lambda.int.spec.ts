import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { PostgresInbox } from '@waybill/idempotency';
import {
  deadLetterAddress,
  deliveryStateSql,
  done,
  InfrastructureError,
  SubscriptionRunner,
  type Contract,
  type Subscription,
} from '@waybill/messaging';
import { pgDatabase } from '@waybill/outbox';
import {
  EventSource,
  eventually,
  messageOf,
  throwawayDatabase,
  type ThrowawayDatabase,
} from '@waybill/test-kit';
import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import pg from 'pg';
import { sqsLambda, type SqsLambda } from './lambda.js';
import type { SqsEvent } from './lambda-event.js';
import { recordOf, documented } from './testing/lambda-events.js';
import { TestQueues } from './testing/test-queues.js';

const text: Contract<string> = {
  type: 'order.created',
  dataschema: 'order.created.v1',
  decode: ({ body }) => Buffer.from(body).toString(),
  encode: (payload) => Buffer.from(payload),
};

const endpoint = process.env['AWS_ENDPOINT_URL']!;
/** Time for what is done at once; what cannot be done is reported when it is over. */
const briefly = { getRemainingTimeInMillis: () => 6_000 };

let queues: TestQueues;
let subscription: Subscription;
let throwaway: ThrowawayDatabase;
let pool: pg.Pool;
let lambda: SqsLambda;
let runner: SubscriptionRunner;
let handled: string[];
let failWith: (payload: string) => Error | undefined;

beforeEach(async () => {
  queues = new TestQueues(endpoint);
  subscription = await queues.subscription({ delaysMs: [100], maxAttempts: 2 });
  const inboxSql = new URL('../../idempotency/sql/inbox.sql', import.meta.url);
  const sql = await Promise.all([inboxSql, deliveryStateSql].map((file) => readFile(file, 'utf8')));
  throwaway = await throwawayDatabase({ sql: sql.join('\n') });
  pool = new pg.Pool({ connectionString: throwaway.url, max: 10 });
  pool.on('error', () => undefined); // the drop may cut a connection that is still closing
  handled = [];
  failWith = () => undefined;
  lambda = sqsLambda({ endpoint, answerMs: 2_000, awakeMs: 1_000, startMs: 500 });
  runner = runnerOf(subscription);
  await runner.start();
});

afterEach(async () => {
  await runner.drain(1_000);
  await lambda.broker.close();
  await queues.close();
  await pool.end();
  await throwaway.drop();
});

function runnerOf(ofSubscription: Subscription): SubscriptionRunner {
  return new SubscriptionRunner({
    broker: lambda.broker,
    subscription: ofSubscription,
    database: pgDatabase(pool),
    inbox: new PostgresInbox(),
    events: { emit: () => undefined },
    handlers: [{ contract: text, handler: { handle } }],
  });
}

async function handle({ payload }: { readonly payload: unknown }) {
  const failure = failWith(String(payload));
  if (failure) throw failure;
  handled.push(String(payload));
  return done();
}

const record = (body: string, group: string, id: string = randomUUID()) =>
  recordOf(messageOf(body, { key: group }), { queue: subscription.name, group, id });
const invoke = (...Records: SqsEvent['Records'][number][]) => lambda.handler({ Records }, briefly);
const named = (ids: readonly string[]) => ({
  batchItemFailures: ids.map((itemIdentifier) => ({ itemIdentifier })),
});

test('what is handled is reported to nobody, so AWS deletes it', async () => {
  expect(await invoke(record('1', 'a'), record('2', 'a'), record('3', 'b'))).toEqual(named([]));
  expect(handled.toSorted()).toEqual(['1', '2', '3']);
});

test('of five of a group the third cannot be settled: it, the fourth and the fifth are reported, and not handled', async () => {
  failWith = (payload) => (payload === '3' ? new InfrastructureError('mail server away') : undefined);
  const records = ['1', '2', '3', '4', '5'].map((body) => record(body, 'a', `id-${body}`));
  const answer = await invoke(...records, record('other', 'b'));
  expect(answer).toEqual(named(['id-3', 'id-4', 'id-5']));
  expect(handled.toSorted()).toEqual(['1', '2', 'other']);

  failWith = () => undefined;
  const again = records
    .slice(2)
    .map((each) => ({ ...each, attributes: { ...each.attributes, ApproximateReceiveCount: '2' } }));
  expect(await invoke(...again)).toEqual(named([]));
  expect(handled.filter((body) => body !== 'other')).toEqual(['1', '2', '3', '4', '5']);
});

test('a message that failed is parked, its followers behind it: stored, so not reported; they run in order', async () => {
  failWith = (payload) => (payload === '1' ? new Error('not yet') : undefined);
  expect(await invoke(record('1', 'a'), record('2', 'a'))).toEqual(named([]));
  expect(handled).toEqual([]);
  failWith = () => undefined;
  await lambda.handler({ source: 'aws.events' }, briefly); // a schedule, which brings no messages
  await eventually(() => expect(handled).toEqual(['1', '2']));
});

test('a message that cannot be read is among the dead letters with its bytes, and not reported', async () => {
  const [unreadable] = documented.Records;
  const answer = await invoke({ ...unreadable!, eventSourceARN: record('', 'a').eventSourceARN });
  expect(answer).toEqual(named([]));
  const dead = new EventSource(endpoint, deadLetterAddress(subscription, subscription.name));
  const { Records } = await dead.receive(5);
  expect(Records.map(({ body }) => body)).toEqual([unreadable!.body]);
});

test('a message that was handled before is known, whoever brings it', async () => {
  const once = record('once', 'a');
  await invoke(once);
  const again = { ...once, attributes: { ...once.attributes, ApproximateReceiveCount: '2' } };
  expect(await invoke(again)).toEqual(named([]));
  expect(handled).toEqual(['once']);
});

test('while what the handler needs is away everything is reported, and nothing is lost', async () => {
  const sent = ['1', '2', '3'].map((body) => ({ address: subscription.name, message: messageOf(body) }));
  const results = await queues.adapter().publisher('test').publish(sent);
  expect(results.map(({ status }) => status)).toEqual(sent.map(() => 'confirmed'));
  const source = new EventSource(endpoint, subscription.name);
  failWith = () => new InfrastructureError('away');
  const first = await source.poll((event) => lambda.handler(event, briefly));
  expect(first.reported.length).toBe(first.received);
  failWith = () => undefined;
  await eventually(async () => {
    await source.poll((event) => lambda.handler(event, briefly));
    expect(handled).toEqual(['1', '2', '3']);
  }, 20_000);
  expect((await source.receive(3)).Records).toEqual([]);
});

test('a subscription that is not running reports all, and handles nothing', async () => {
  await runner.drain(1_000);
  runner = runnerOf(subscription);
  expect(await invoke(record('1', 'a', 'id-1'))).toEqual(named(['id-1']));
  expect(handled).toEqual([]);
});

test('messages of a queue that nobody reads here are refused by its name', async () => {
  const stray = { ...record('1', 'a'), eventSourceARN: 'arn:aws:sqs:ap-northeast-1:000000000000:stray.fifo' };
  await expect(invoke(stray)).rejects.toThrow('no subscription of this function reads stray.fifo');
});
