import { createHash, randomUUID } from 'node:crypto';
import { afterEach, expect, test } from '@jest/globals';
import { addresses } from '@waybill/contracts';
import type { RawDelivery } from '@waybill/messaging';
import { defineSubscription, MemoryBroker } from '@waybill/messaging';
import { UnconfirmedPublisher } from '@waybill/messaging-kafka';
import {
  createService,
  httpOptions,
  httpSettings,
  readSettings,
  ServiceLogger,
  setting,
} from '@waybill/service-kit';
import { eventually } from '@waybill/test-kit';
import { z } from 'zod';
import { ActivityController } from './activity.controller.js';
import { ACTIVITY_PUBLISHER, PublishActivity, type ActivityPublisher } from './publish-activity.js';

const closers: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

const schema = z.object({ PORT: setting.port().default(0), ...httpSettings });
const keyOf = (name: string) =>
  `${name}:${createHash('sha256').update(`key of ${name}`).digest('hex')}:customer`;

async function start(publisher: ActivityPublisher, apiKeys?: string) {
  const { authentication } = httpOptions(readSettings(schema, apiKeys ? { API_KEYS: apiKeys } : {}));
  const service = await createService(
    {
      module: class Activity {},
      controllers: [ActivityController],
      providers: [PublishActivity, { provide: ACTIVITY_PUBLISHER, useValue: publisher }],
    },
    { name: 'order', port: 0, authentication, logger: new ServiceLogger('order', 'silent') },
  );
  closers.push(() => service.stop());
  return async (body: object, headers = {}) => {
    const answer = await fetch(`${service.url}/activity`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify(body),
    });
    return { status: answer.status, text: await answer.text() };
  };
}

const viewed = { customerId: 'ann', kind: 'viewed', sku: 'CD-1177' };

test('what was done is told under the customer’s key, in an envelope', async () => {
  const broker = new MemoryBroker();
  const heard: RawDelivery[] = [];
  const subscription = defineSubscription({
    name: randomUUID(),
    broker: 'memory',
    addresses: [addresses.storefrontActivity],
    order: 'none',
    lane: 'batch',
    terminal: true,
  });
  await broker.consumer(subscription, (deliveries) => void heard.push(...deliveries)).start();
  const publisher = broker.publisher();
  const tell = await start({
    publish: (outgoing) => void publisher.publish([outgoing]),
    close: () => publisher.close(),
  });
  expect(await tell(viewed)).toEqual({ status: 202, text: '' });
  await eventually(() => expect(heard).toHaveLength(1));
  const { message } = heard[0]!;
  expect(message.key).toBe('ann');
  expect(message.attributes).toMatchObject({ type: 'storefront.activity', subject: 'ann' });
  expect(JSON.parse(Buffer.from(message.body).toString())).toEqual(viewed);
});

test('it is taken at once while no broker is there, and counted as lost', async () => {
  const publisher = new UnconfirmedPublisher({ brokers: ['127.0.0.1:1'], clientId: 'test' }, 'activity');
  const tell = await start(publisher);
  for (let told = 0; told < 10; told++) expect((await tell(viewed)).status).toBe(202);
  await publisher.close();
  expect(publisher.counts).toEqual({ sent: 0, lost: 10 });
});

test('what fits no contract is 400 with field and rule, and not told', async () => {
  const told: unknown[] = [];
  const tell = await start({ publish: (outgoing) => void told.push(outgoing), close: async () => undefined });
  const answer = await tell({ ...viewed, kind: 'stared' });
  expect(answer.status).toBe(400);
  expect(JSON.parse(answer.text)).toMatchObject({ errors: [{ field: 'kind' }] });
  expect(told).toEqual([]);
});

test('a customer tells of nobody else', async () => {
  const told: unknown[] = [];
  const publisher = {
    publish: (outgoing: unknown) => void told.push(outgoing),
    close: async () => undefined,
  };
  const tell = await start(publisher, keyOf('ann'));
  const ann = { 'x-api-key': 'key of ann' };
  expect((await tell({ ...viewed, customerId: 'bob' }, ann)).status).toBe(403);
  expect((await tell(viewed)).status).toBe(401);
  expect(told).toEqual([]);
  expect((await tell(viewed, ann)).status).toBe(202);
  expect(told).toHaveLength(1);
});
