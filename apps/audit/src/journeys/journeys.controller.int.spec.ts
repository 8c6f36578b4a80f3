import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { createService, DATABASE, ServiceLogger, uuidV7, type RunningService } from '@waybill/service-kit';
import { AuditWorld } from '../testing/audit-world.js';
import { eventOf } from '../testing/test-events.js';
import { FindJourney } from './find-journey.js';
import { JourneysController } from './journeys.controller.js';

class JourneysOnly {}

let world: AuditWorld;
let service: RunningService;

beforeAll(async () => {
  world = await AuditWorld.open();
  const providers = [FindJourney, { provide: DATABASE, useValue: world.database }];
  service = await createService(
    { module: JourneysOnly, controllers: [JourneysController], providers },
    { name: 'audit', port: 0, logger: new ServiceLogger('audit', 'fatal') },
  );
});
afterAll(async () => {
  await service.stop();
  await world.close();
});

const journey = (orderId: string) => fetch(`${service.url}/journeys/${orderId}`);

test('a journey is answered as JSON, offsets as text', async () => {
  const orderId = uuidV7();
  await world.deliver('kafka', eventOf({ orderId, time: '2026-01-01T00:00:00.000Z' }));
  const answer = await journey(orderId);
  expect(answer.status).toBe(200);
  expect(await answer.json()).toMatchObject({
    orderId,
    startedAt: '2026-01-01T00:00:00.000Z',
    steps: [{ event: 'order.created', rail: 'kafka', address: 'kafka', partition: 0, sinceStartMs: 0 }],
  });
});

test('an order nobody told of is 404', async () => {
  const answer = await journey(uuidV7());
  expect(answer.status).toBe(404);
  expect(answer.headers.get('content-type')).toContain('application/problem+json');
});

test('what is no order id is 400, naming field and rule', async () => {
  const answer = await journey('nonsense');
  expect(answer.status).toBe(400);
  expect(await answer.json()).toMatchObject({ errors: [{ field: 'orderId', rule: 'invalid_format' }] });
});
