import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { done, type CallsOutside, type Subscription } from '@waybill/messaging';
import { RedisInbox } from '../redis/index.js';
import { DeliveryWorld, messageOf, text } from '../testing/delivery-world.js';
import { OwnRedis } from '../testing/own-redis.js';
import { claimOf } from '../testing/store-behaviour.js';

let world: DeliveryWorld;
beforeAll(async () => void (world = await DeliveryWorld.open()));
afterAll(() => world.close());

const closers: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).toReversed()) await close();
});

async function ownRedis(silenceMs = 500): Promise<{ redis: OwnRedis; inbox: RedisInbox }> {
  const redis = await OwnRedis.start();
  const inbox = new RedisInbox({ url: redis.url, silenceMs });
  closers.push(
    () => redis.stop(),
    () => inbox.close(),
  );
  await inbox.start();
  return { redis, inbox };
}

const eventsOf = ({ name }: Subscription, kind: string) =>
  world.events.filter(
    (event) => event.kind === kind && 'subscription' in event && event.subscription === name,
  );

/** Ends Redis with the first commit: it has confirmed the claims, and will not hear that they are complete. */
function handlerThatKills(redis: OwnRedis, begun: string[]) {
  return async ({
    payload,
    transaction,
  }: {
    payload: string;
    transaction: { afterCommit(work: () => void): void };
  }) => {
    begun.push(payload);
    if (begun.length === 1) transaction.afterCommit(() => void redis.kill());
    return done();
  };
}

test('a message that comes while Redis is away waits in hand and spends no attempt', async () => {
  const { redis, inbox } = await ownRedis();
  const subscription = world.subscription({ order: 'none', maxAttempts: 1 });
  const runner = await world.run(subscription, async () => done(), { inbox });
  await redis.kill();
  await world.publish(subscription.addresses[0]!, messageOf('a', ''));
  await world.eventually(() => expect(eventsOf(subscription, 'infrastructure').length).toBeGreaterThan(1));
  expect(runner.held).toBe(1);
  expect(runner.status.breaker.state).toBe('closed');

  await redis.up();
  await world.eventually(() => expect(eventsOf(subscription, 'handled')).toHaveLength(1));
  expect(eventsOf(subscription, 'retryLater')).toEqual([]);
  expect(eventsOf(subscription, 'deadLettered')).toEqual([]);
});

test.each([
  ['a message', ['a']],
  ['a batch', ['a', 'b', 'c']],
])(
  '%s whose effects are committed while Redis dies is settled once Redis remembers it, and never handled again',
  async (_, payloads) => {
    const { redis, inbox } = await ownRedis();
    const subscription = world.subscription({ order: 'none' });
    const begun: string[] = [];
    const runner = await world.run(subscription, handlerThatKills(redis, begun), { inbox });
    const messages = payloads.map((payload) => messageOf(payload, ''));
    await world.publish(subscription.addresses[0]!, ...messages);
    await world.eventually(() => expect(eventsOf(subscription, 'infrastructure').length).toBeGreaterThan(1));
    expect(runner.held).toBe(payloads.length);
    expect(eventsOf(subscription, 'handled')).toEqual([]);

    await redis.up();
    await world.eventually(() => expect(eventsOf(subscription, 'handled')).toHaveLength(payloads.length));
    await world.publish(subscription.addresses[0]!, ...messages);
    await world.eventually(() => expect(eventsOf(subscription, 'duplicate')).toHaveLength(payloads.length));
    expect(begun).toEqual(payloads);
    expect(eventsOf(subscription, 'batchSplit')).toEqual([]);
  },
);

test('a claim that is answered after its run ran out of time does not stand in the way of the next', async () => {
  const { redis, inbox } = await ownRedis(20_000);
  const subscription = world.subscription({ order: 'none', handlerTimeoutMs: 1_500, delaysMs: [200] });
  await world.run(subscription, async () => done(), { inbox });
  await world.publish(subscription.addresses[0]!, messageOf('a', ''));
  await world.eventually(() => expect(eventsOf(subscription, 'handled')).toHaveLength(1));
  redis.freeze();
  await world.publish(subscription.addresses[0]!, messageOf('b', ''));
  await world.eventually(() => expect(eventsOf(subscription, 'retryLater')).toHaveLength(1));
  redis.thaw();
  await world.eventually(() => expect(eventsOf(subscription, 'handled')).toHaveLength(2));
});

test('a drain waits no longer than its time for a Redis that never remembers', async () => {
  const { redis, inbox } = await ownRedis();
  const subscription = world.subscription({ order: 'none' });
  const runner = await world.run(subscription, handlerThatKills(redis, []), { inbox });
  await world.publish(subscription.addresses[0]!, messageOf('a', ''));
  await world.eventually(() => expect(eventsOf(subscription, 'infrastructure').length).toBeGreaterThan(1));
  expect(runner.held).toBe(1);
  await runner.drain(100);
  expect(runner.status).toMatchObject({ state: 'drained', held: 0 });
});

test('a parked head whose effects are committed while Redis dies passes its key on once', async () => {
  const { redis, inbox } = await ownRedis();
  const subscription = world.subscription();
  const begun: string[] = [];
  const handle = handlerThatKills(redis, begun);
  let failures = 1;
  await world.run(
    subscription,
    async (delivery) => {
      if (failures-- > 0) throw new Error('not yet');
      return handle(delivery);
    },
    { inbox },
  );
  await world.publish(subscription.addresses[0]!, messageOf('k1'));
  await world.eventually(() => expect(eventsOf(subscription, 'retryLater')).toHaveLength(1));
  await world.publish(subscription.addresses[0]!, messageOf('k2'));
  await world.eventually(() => expect(eventsOf(subscription, 'infrastructure').length).toBeGreaterThan(1));
  expect(begun).toEqual(['k1']);

  await redis.up();
  await world.eventually(() => expect(begun).toEqual(['k1', 'k2']));
  await world.eventually(async () => expect(await waitingKeys(subscription)).toEqual([]));
});

test('a run whose claim was lost while it called outside does not write what the call came to', async () => {
  const { redis, inbox } = await ownRedis();
  const subscription = world.subscription({ order: 'none', lane: 'keyed', delaysMs: [100] });
  const calls: string[] = [];
  const concluded: string[] = [];
  const message = messageOf('a', '');
  const claim = claimOf(message.attributes['id'], 'a');
  const handler: CallsOutside<typeof text, string, void> = {
    prepare: async ({ payload }) => ({ call: payload }),
    call: async (payload) => {
      calls.push(payload);
      await redis.ask('FLUSHALL');
      await inbox.claim(subscription.name, [claim], {} as never, 'elsewhere');
    },
    conclude: async (_intent, _result, { payload, transaction }) => {
      transaction.afterCommit(() => void concluded.push(payload));
      return done();
    },
  };
  await world.run(subscription, undefined, { inbox, handlers: [{ contract: text, handler }] });
  await world.publish(subscription.addresses[0]!, message);
  await world.eventually(() => expect(eventsOf(subscription, 'retryLater').length).toBeGreaterThan(1));
  await inbox.complete(subscription.name, [claim], 'elsewhere');
  await world.eventually(() => expect(eventsOf(subscription, 'duplicate')).toHaveLength(1));
  expect([calls, concluded]).toEqual([['a'], []]);
});

const waitingKeys = ({ name }: Subscription) =>
  world.query('SELECT 1 FROM key_states WHERE subscription = $1', [name]);
