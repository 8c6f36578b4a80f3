import { createHash } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { httpOptions, httpSettings, readSettings, setting } from '@waybill/service-kit';
import { z } from 'zod';
import { OrderApi } from '../testing/order-api.js';

const entry = (name: string, role: string) =>
  `${name}:${createHash('sha256').update(`key of ${name}`).digest('hex')}:${role}`;
const keys = [entry('ann', 'customer'), entry('bob', 'customer'), entry('office', 'admin')].join();
const schema = z.object({ PORT: setting.port().default(0), ...httpSettings });

const unlimited = { slow: 1e9, shed: 2e9 };
const backpressure = {
  queue: { queue: 'none', read: async () => ({ messages: 0 }), close: async () => undefined },
  limits: { outboxAgeMs: unlimited, outboxRows: unlimited, queueDepth: unlimited, longestDelayMs: 1 },
};

let api: OrderApi;
let location: string;
beforeAll(async () => {
  const { authentication } = httpOptions(readSettings(schema, { API_KEYS: keys }));
  api = await OrderApi.open(backpressure, undefined, { authentication, admin: 'key of office' });
  const placed = await api.as('key of ann').place('first', 'ann');
  expect(placed.status).toBe(202);
  location = placed.headers.get('location')!;
});
afterAll(() => api.close());

test('a customer orders for nobody else, and nothing of the attempt is stored', async () => {
  const before = await api.stored();
  const answer = await api.as('key of ann').place('second', 'bob');
  expect(answer.status).toBe(403);
  expect(answer.body).toMatchObject({ errors: [{ field: 'customerId', rule: 'own' }] });
  expect(await api.stored()).toEqual(before);
});

test('to a customer another one’s order is not there', async () => {
  expect((await api.as('key of ann').get(location)).status).toBe(200);
  const [others, absent] = [
    await api.as('key of bob').get(location),
    await api.get('/orders/01890a5d-ac96-774b-bcce-b302099a8057'),
  ];
  expect([others.status, others.body['title']]).toEqual([absent.status, absent.body['title']]);
});

test('a customer’s list holds only own orders, whatever is asked for', async () => {
  expect((await api.as('key of ann').get('/orders')).body['orders']).toHaveLength(1);
  expect((await api.as('key of bob').get('/orders')).body['orders']).toHaveLength(0);
  expect((await api.as('key of bob').get('/orders?customerId=ann')).status).toBe(403);
  expect((await api.as('key of office').get('/orders')).body['orders']).toHaveLength(1);
});

test('prices and stock are for admins to set, and for customers to see', async () => {
  expect((await api.as('key of ann').put()).status).toBe(403);
  expect((await api.as('key of ann').get('/products')).status).toBe(200);
  expect((await api.as('key of office').put()).status).toBe(200);
  expect((await api.as(undefined).get('/products')).status).toBe(401);
});
