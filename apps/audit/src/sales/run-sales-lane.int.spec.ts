import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { membersOf, TransactionalLane } from '@waybill/messaging-kafka';
import { createService, ServiceLogger, type RunningService } from '@waybill/service-kit';
import { eventually } from '@waybill/test-kit';
import { confirmedOrder, SalesWorld } from '../testing/sales-world.js';
import { RunSalesLane } from './run-sales-lane.js';
import { salesLane } from './sales-lane.js';

class LaneOnly {}

let world: SalesWorld;
let service: RunningService;
beforeEach(async () => {
  world = await SalesWorld.open();
  const lane = { provide: TransactionalLane, useValue: salesLane(world.kafka, world.names) };
  service = await createService(
    { module: LaneOnly, providers: [lane, RunSalesLane] },
    { name: 'audit', port: 0, logger: new ServiceLogger('audit', 'fatal') },
  );
}, 60_000);
afterEach(() => world.close(), 60_000);

test('the lane stands in the health answers, and a service that stops has left its group', async () => {
  const health = async (which: string) => (await fetch(`${service.url}/health/${which}`)).json();
  await eventually(
    async () =>
      expect(await health('ready')).toMatchObject({
        reports: { lanes: { 'sales-per-minute': { state: 'running', partitions: 3, held: 0 } } },
      }),
    30_000,
  );
  expect(await health('live')).toMatchObject({ checks: { lanes: { ok: true } } });
  await world.startReader();
  await world.confirm(confirmedOrder());
  await eventually(async () => expect((await world.sold()).orders).toBe(1), 30_000);

  await service.stop();
  expect(await membersOf({ name: world.names.group }, world.kafka)).toBe(0);
}, 90_000);
