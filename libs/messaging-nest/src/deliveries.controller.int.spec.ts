import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { Module, type INestApplication } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { inboxSql, PostgresInbox } from '@waybill/idempotency';
import {
  anyMessage,
  deadLetter,
  defineSubscription,
  deliveryStateSql,
  done,
  MemoryBroker,
  subscriptionStateSql,
  writeEnvelope,
  type Delivery,
  type MessageHandler,
} from '@waybill/messaging';
import { pgDatabase } from '@waybill/outbox';
import { eventually, throwawayDatabase, type ThrowawayDatabase } from '@waybill/test-kit';
import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { connectMessaging, HandlesMessage, MessagingModule } from './index.js';

const subscription = defineSubscription({
  name: 'parcels',
  broker: 'memory',
  addresses: ['a'],
  order: 'none',
  lane: 'batch',
});

@HandlesMessage(anyMessage, { subscription })
class OnAnything implements MessageHandler<typeof anyMessage> {
  async handle({ envelope }: Delivery<typeof anyMessage>) {
    return envelope.subject === 'broken' ? deadLetter('never') : done();
  }
}

const broker = new MemoryBroker();
let throwaway: ThrowawayDatabase;
let pool: pg.Pool;
let app: INestApplication;

beforeAll(async () => {
  const sql = await Promise.all(
    [inboxSql, deliveryStateSql, subscriptionStateSql].map((file) => readFile(file, 'utf8')),
  );
  throwaway = await throwawayDatabase({ sql: sql.join('\n') });
  pool = new pg.Pool({ connectionString: throwaway.url, max: 5 });
  pool.on('error', () => undefined); // the drop may cut a connection that is still closing
  const messaging = MessagingModule.register({
    useFactory: () => ({
      brokers: [broker],
      subscriptions: [subscription],
      database: pgDatabase(pool),
      inbox: new PostgresInbox(),
      events: { emit: () => undefined },
    }),
  });
  @Module({ imports: [messaging], providers: [OnAnything] })
  class App {}
  app = await NestFactory.create(App, new FastifyAdapter(), { logger: false, abortOnError: false });
  connectMessaging(app);
  await app.startAllMicroservices();
  await app.listen(0, '127.0.0.1');
});

afterAll(async () => {
  await app.close();
  await pool.end();
  await throwaway.drop();
});

async function publish(subject: string): Promise<string> {
  const id = randomUUID();
  const facts = { id, type: 'ping', source: '/t', subject, dataschema: 'd', sequence: 1 };
  const attributes = writeEnvelope({ ...facts, time: new Date().toISOString() });
  const message = { key: '', attributes, headers: {}, body: Buffer.from(subject) };
  await broker.publisher().publish([{ address: 'a', message }]);
  return id;
}

async function get(path: string) {
  const response = await fetch((await app.getUrl()) + path);
  return { status: response.status, body: (await response.json()) as object };
}

test('a service says of each of its messages how it stands, also of what lies at the broker', async () => {
  const [fine, broken] = [await publish('fine'), await publish('broken')];
  const stands = (id: string, state: string) =>
    eventually(async () =>
      expect(await get(`/deliveries/parcels/${id}`)).toEqual({
        status: 200,
        body: { state, at: expect.any(String) },
      }),
    );
  await stands(fine, 'handled');
  await stands(broken, 'dead');
  expect(await get(`/deliveries/parcels/${randomUUID()}`)).toEqual({
    status: 200,
    body: { state: 'unknown' },
  });
});

test('it refuses subscriptions that it does not have, and what is no message id', async () => {
  const stranger = await get(`/deliveries/letters/${randomUUID()}`);
  expect(stranger.status).toBe(404);
  expect(JSON.stringify(stranger.body)).toContain('it has parcels');
  expect(await get('/deliveries/parcels/4711')).toMatchObject({
    status: 400,
    body: { errors: [{ field: 'messageId', rule: 'invalid_format' }] },
  });
});
