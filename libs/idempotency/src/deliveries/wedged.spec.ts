import { afterEach, expect, jest, test } from '@jest/globals';
import {
  defineSubscription,
  done,
  MemoryBroker,
  SubscriptionRunner,
  type AnyHandler,
  type Broker,
  type MessagingEvent,
} from '@waybill/messaging';
import { eventually } from '@waybill/test-kit';
import { MemoryDatabase } from '../memory/memory-database.js';
import { MemoryInbox } from '../memory/memory-inbox.js';
import { messageOf, text } from '../testing/delivery-world.js';

/** Wedged after 200 ms. */
const handlerTimeoutMs = 100;
const patience = { lookEveryMs: 20, beyondHandlerMs: 100 };
const subscription = defineSubscription({
  name: 's',
  broker: 'memory',
  addresses: ['a'],
  order: 'none',
  lane: 'keyed',
  prefetch: 5,
  handlerTimeoutMs,
});
const address = subscription.addresses[0]!;

const closers: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

async function run(broker: Broker, handler: AnyHandler) {
  const events: MessagingEvent[] = [];
  const runner = new SubscriptionRunner({
    broker,
    subscription,
    handlers: [{ contract: text, handler }],
    database: new MemoryDatabase(),
    inbox: new MemoryInbox(),
    events: { emit: (event) => void events.push(event) },
    deliveryState: 'none',
    patience,
  });
  closers.push(() => runner.drain(100));
  await runner.start();
  return { runner, wedged: () => events.filter(({ kind }) => kind === 'wedged') };
}

/** Its first consumer keeps what it is brought to itself, as a client does that has crashed and told nobody. */
function deafOnce(broker: MemoryBroker): Broker {
  let consumers = 0;
  return Object.assign(Object.create(broker) as MemoryBroker, {
    consumer: (...[declared, take]: Parameters<Broker['consumer']>) =>
      broker.consumer(declared, consumers++ === 0 ? () => undefined : take),
  });
}

test('a consumer that brings nothing of what waits is rebuilt, and the next one brings all of it', async () => {
  const broker = new MemoryBroker();
  const handled: string[] = [];
  const handler = { handle: async ({ payload }: { payload: string }) => (handled.push(payload), done()) };
  const payloads = Array.from({ length: subscription.prefetch + 1 }, (_, index) => `m${index}`);
  await broker.publisher().publish(payloads.map((payload) => ({ address, message: messageOf(payload, '') })));

  const { wedged } = await run(deafOnce(broker), handler);
  await eventually(() => expect(handled.toSorted()).toEqual(payloads.toSorted()));
  expect(wedged()[0]).toMatchObject({
    remedy: 'rebuilt',
    because: expect.stringMatching(/^1 messages waiting/),
  });
});

test('a clock that is set back hides no consumer that brings nothing', async () => {
  const broker = new MemoryBroker();
  const handled: string[] = [];
  const handler = { handle: async ({ payload }: { payload: string }) => (handled.push(payload), done()) };
  const payloads = Array.from({ length: subscription.prefetch + 1 }, (_, index) => `m${index}`);
  await broker.publisher().publish(payloads.map((payload) => ({ address, message: messageOf(payload, '') })));

  await run(deafOnce(broker), handler);
  const { now } = Date;
  jest.spyOn(Date, 'now').mockImplementation(() => now() - 3_600_000);
  closers.push(async () => void jest.restoreAllMocks());
  await eventually(() => expect(handled).toHaveLength(payloads.length));
});

/** As `deafOnce`, but its next ones are accepted by nobody, and are told so when they are closed, as RabbitMQ's are. */
function neverAcceptedAgain(broker: MemoryBroker): Broker {
  let consumers = 0;
  return Object.assign(Object.create(broker) as MemoryBroker, {
    consumer: (...[declared]: Parameters<Broker['consumer']>) => {
      const consumer = broker.consumer(declared, () => undefined);
      if (consumers++ === 0) return consumer;
      const accepted = Promise.withResolvers<void>();
      return {
        start: () => accepted.promise,
        stopTaking: async () => accepted.reject(new Error('closed before it could be consumed')),
        close: () => consumer.close(),
        waiting: () => consumer.waiting(),
      };
    },
  });
}

test('a drain that comes before a rebuilt consumer is accepted ends like any other', async () => {
  const broker = new MemoryBroker();
  const payloads = Array.from({ length: subscription.prefetch + 1 }, (_, index) => `m${index}`);
  await broker.publisher().publish(payloads.map((payload) => ({ address, message: messageOf(payload, '') })));

  const { runner, wedged } = await run(neverAcceptedAgain(broker), { handle: async () => done() });
  await eventually(() => expect(wedged()).not.toEqual([]));
  await new Promise((resolve) => setImmediate(resolve));
  await runner.drain(100);
  await new Promise((resolve) => setImmediate(resolve)); // a rejection that nobody hears fails the test here
  expect(runner.status.state).toBe('drained');
});

test('a handler that holds on beyond its limit is wedged for as long as it does, since only its process could end it', async () => {
  const broker = new MemoryBroker();
  const letGo = Promise.withResolvers<void>();
  closers.push(async () => letGo.resolve());
  const handler = {
    prepare: async () => ({ call: 'charge' }),
    call: async () => 'charged',
    conclude: async () => (await letGo.promise, done()),
  };
  await broker.publisher().publish([{ address, message: messageOf('m', '') }]);

  const { runner, wedged } = await run(broker, handler);
  await eventually(() => expect(runner.status).toMatchObject({ held: 1, wedged: expect.any(String) }));
  expect(runner.status.wedged).toMatch(/^1 deliveries in hand/);
  expect(wedged()[0]).toMatchObject({ remedy: 'none' });

  letGo.resolve();
  await eventually(() => expect(runner.status).not.toHaveProperty('wedged'));
  expect(runner.held).toBe(0);
});
