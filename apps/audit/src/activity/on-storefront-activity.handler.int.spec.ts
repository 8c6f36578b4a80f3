import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { StorefrontActivity } from '@waybill/contracts';
import { createService, DATABASE, ServiceLogger, type RunningService } from '@waybill/service-kit';
import { AuditWorld } from '../testing/audit-world.js';
import { eventOf } from '../testing/test-events.js';
import { ActivityController } from './activity.controller.js';
import { ActivityStore } from './activity.store.js';

class ActivityOnly {}

let world: AuditWorld;
let service: RunningService;
beforeAll(async () => {
  world = await AuditWorld.open();
  const providers = [ActivityStore, { provide: DATABASE, useValue: world.database }];
  service = await createService(
    { module: ActivityOnly, controllers: [ActivityController], providers },
    { name: 'audit', port: 0, logger: new ServiceLogger('audit', 'fatal') },
  );
});
afterAll(async () => {
  await service.stop();
  await world.close();
});

const done = (kind: 'viewed' | 'searched', sku: string | undefined, time: Date) =>
  eventOf({
    type: StorefrontActivity.type,
    time: time.toISOString(),
    body: JSON.stringify({ customerId: 'c-1', kind, sku }),
  });
const list = async (query: string) => {
  const answer = await fetch(`${service.url}/activity${query}`);
  return { status: answer.status, body: (await answer.json()) as { counts: unknown[] } };
};

test('activity is counted by minute and product, over batches, and holds no customer', async () => {
  const minute = new Date(Math.floor(Date.now() / 60_000) * 60_000);
  const [early, late] = [minute, new Date(+minute + 59_999)];
  await world.deliver('activity', done('viewed', 'A', early), done('viewed', 'A', late));
  await world.deliver('activity', done('viewed', 'A', late), done('viewed', 'B', late));
  await world.deliver('activity', done('searched', undefined, late), done('viewed', 'A', new Date(0)));
  const at = minute.toISOString();
  expect((await list('')).body.counts).toEqual([
    { minute: at, kind: 'viewed', sku: 'A', times: 3 },
    { minute: at, kind: 'searched', sku: '', times: 1 },
    { minute: at, kind: 'viewed', sku: 'B', times: 1 },
  ]);
  expect((await list('?sku=B')).body.counts).toHaveLength(1);
});

test('nonsense is 400, naming the field', async () => {
  expect(await list('?minutes=0')).toMatchObject({
    status: 400,
    body: { errors: [{ field: 'minutes' }] },
  });
});

test('what is old is forgotten', async () => {
  const old = () =>
    world.database.query("SELECT sku FROM activity_counts WHERE minute < now() - interval '30 days'");
  await world.deliver('activity', done('viewed', 'old', new Date(0)));
  expect(await old()).not.toEqual([]);
  await new ActivityStore().forgetOlderThan(30, world.database);
  expect(await old()).toEqual([]);
});
