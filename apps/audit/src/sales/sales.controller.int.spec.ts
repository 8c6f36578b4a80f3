import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { createService, DATABASE, ServiceLogger, type RunningService } from '@waybill/service-kit';
import { AuditWorld } from '../testing/audit-world.js';
import { SalesController } from './sales.controller.js';
import { SalesStore } from './sales.store.js';

class SalesOnly {}

let world: AuditWorld;
let service: RunningService;
beforeAll(async () => {
  world = await AuditWorld.open();
  const providers = [SalesStore, { provide: DATABASE, useValue: world.database }];
  service = await createService(
    { module: SalesOnly, controllers: [SalesController], providers },
    { name: 'audit', port: 0, logger: new ServiceLogger('audit', 'fatal') },
  );
});
afterAll(async () => {
  await service.stop();
  await world.close();
});

const minuteAgo = (minutes: number) =>
  new Date((Math.floor(Date.now() / 60_000) - minutes) * 60_000).toISOString();
const [now, earlier, longAgo] = [minuteAgo(0), minuteAgo(30), minuteAgo(90)];

const add = (partition: number, next: number, minute: string, currency: string, cents: number) =>
  world.database.transaction((transaction) =>
    new SalesStore().add({ partition, next, minutes: [{ minute, currency, orders: 1, cents }] }, transaction),
  );
const list = async (query: string) => {
  const answer = await fetch(`${service.url}/sales${query}`);
  return { status: answer.status, body: (await answer.json()) as object };
};

test('sales are shown by minute and currency, the latest first, of as long as is asked', async () => {
  await add(0, 5, now, 'USD', 100);
  await add(1, 7, now, 'USD', 1);
  await add(0, 6, now, 'JPY', 50);
  await add(0, 7, earlier, 'USD', 3);
  await add(0, 8, longAgo, 'USD', 4);
  const latest = [
    { minute: now, currency: 'JPY', orders: 1, cents: 50 },
    { minute: now, currency: 'USD', orders: 2, cents: 101 },
  ];
  const before = { minute: earlier, currency: 'USD', orders: 1, cents: 3 };
  expect((await list('')).body).toEqual({ sales: [...latest, before] });
  expect((await list('?minutes=5&currency=USD')).body).toEqual({ sales: [latest[1]] });
  expect((await list('?limit=1')).body).toEqual({ sales: [latest[0]] });
});

test('a record that comes again, or one from before, counts nothing', async () => {
  const { body } = await list('');
  await add(1, 7, now, 'USD', 1);
  await add(1, 6, now, 'USD', 1);
  expect((await list('')).body).toEqual(body);
});

test.each([
  ['?minutes=0', 'minutes'],
  ['?currency=usd', 'currency'],
  ['?limit=1000000', 'limit'],
])('%s is 400, naming the field', async (query, field) => {
  expect(await list(query)).toMatchObject({ status: 400, body: { errors: [{ field }] } });
});
