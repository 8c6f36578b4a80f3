import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { MemoryDatabase, MemoryInbox } from '@waybill/idempotency';
import { anyMessage, defineSubscription, done, MemoryBroker, SubscriptionRunner } from '@waybill/messaging';
import { eventually } from '@waybill/test-kit';
import { createService, type RunningService } from '../lifecycle/create-service.js';
import { ServiceLogger } from '../logging/service-logger.js';
import { uuidV7 } from '../identity/uuid-v7.js';
import { Health } from './health.js';
import { watchDeliveries } from './watch-deliveries.js';

class NothingElse {}

const subscription = defineSubscription({
  name: 'parcels',
  broker: 'memory',
  addresses: ['a'],
  order: 'none',
  lane: 'keyed',
  handlerTimeoutMs: 100,
});

let service: RunningService;
let letGo: () => void;
let runner: SubscriptionRunner;
let broker: MemoryBroker;

beforeEach(async () => {
  service = await createService(NothingElse, {
    name: 'parcels',
    port: 0,
    logger: new ServiceLogger('parcels', 'silent'),
  });
  broker = new MemoryBroker();
  const held = new Promise<void>((resolve) => (letGo = resolve));
  runner = new SubscriptionRunner({
    broker,
    subscription,
    handlers: [
      {
        contract: anyMessage,
        // Nothing limits what writes the result but the database, which may be silent.
        handler: { prepare: async () => ({ call: 1 }), call: async () => 1, conclude: () => held.then(done) },
      },
    ],
    database: new MemoryDatabase(),
    inbox: new MemoryInbox(),
    events: { emit: () => undefined },
    deliveryState: 'none',
    patience: { lookEveryMs: 20, beyondHandlerMs: 100 },
  });
  watchDeliveries(() => ({ [subscription.name]: runner.status }), service.app.get(Health));
  await runner.start();
});

afterEach(async () => {
  letGo();
  await runner.drain(1_000);
  await service.stop();
});

const live = async () => {
  const answer = await fetch(`${service.url}/health/live`);
  return { status: answer.status, body: (await answer.json()) as object };
};

test('liveness is red while a subscription holds work and makes no progress, and green again once it does', async () => {
  expect(await live()).toMatchObject({ status: 200 });
  const envelope = { id: uuidV7(), type: 't', source: '/s', subject: 's', dataschema: 'd', sequence: '1' };
  const attributes = { ...envelope, time: new Date().toISOString() };
  const message = { key: '', attributes, headers: {}, body: Buffer.from('{}') };
  await broker.publisher().publish([{ address: 'a', message }]);

  await eventually(async () =>
    expect(await live()).toMatchObject({
      status: 503,
      body: {
        checks: { deliveries: { because: expect.stringMatching(/^parcels: 1 deliveries in hand/) } },
      },
    }),
  );
  letGo();
  await eventually(async () => expect(await live()).toMatchObject({ status: 200 }));
});
