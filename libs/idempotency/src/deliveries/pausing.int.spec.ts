import { readFile } from 'node:fs/promises';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import {
  done,
  PausableRunner,
  retryLater,
  subscriptionStateSql,
  type Delivery,
  type Outcome,
  type Subscription,
} from '@waybill/messaging';
import { PostgresInbox } from '../postgres-inbox.js';
import { DeliveryWorld, messageOf, text } from '../testing/delivery-world.js';

type Handle = (delivery: Delivery<typeof text>) => Promise<Outcome>;

let world: DeliveryWorld;
let runners: PausableRunner[];
beforeEach(async () => {
  world = await DeliveryWorld.open();
  runners = [];
  await world.query(await readFile(subscriptionStateSql, 'utf8'));
});
afterEach(async () => {
  await Promise.all(runners.map((runner) => runner.drain(1_000)));
  await world.close();
});

async function replica(subscription: Subscription, handle: Handle, pauseMs = 5_000): Promise<PausableRunner> {
  const handler = {
    handle: async (delivery: Delivery<typeof text>) => {
      delivery.transaction.afterCommit(() => void world.effects.push(delivery.payload));
      return handle(delivery);
    },
  };
  const runner = new PausableRunner({
    broker: world.broker,
    subscription,
    handlers: [{ contract: text, handler }],
    database: world.database,
    inbox: new PostgresInbox(),
    events: { emit: (event) => void world.events.push(event) },
    inboxDays: 30,
    pauseMs,
  });
  runners.push(runner);
  await runner.start();
  return runner;
}

/** What the command line does. */
const set = ({ name }: Subscription, pausedAt: string) =>
  world.query(`UPDATE subscription_states SET paused_at = ${pausedAt} WHERE subscription = $1`, [name]);
const pause = (subscription: Subscription) => set(subscription, 'now()');
const resume = (subscription: Subscription) => set(subscription, 'NULL');

const states = () => runners.map(({ status }) => status.state);
const untilAll = (state: string) =>
  world.eventually(() => expect(states()).toEqual(runners.map(() => state)));

test('a paused subscription finishes what it holds, on every replica, and takes no more until it is resumed', async () => {
  const subscription = world.subscription({ order: 'none', lane: 'keyed' });
  let finish = () => undefined as void;
  const slow = new Promise<void>((resolve) => (finish = resolve));
  const handle: Handle = async ({ payload }) => {
    if (payload === 'slow') await slow;
    return done();
  };
  await replica(subscription, handle);
  await replica(subscription, handle);
  const [address] = subscription.addresses;
  await world.publish(address!, messageOf('slow'));
  await world.eventually(() => expect(runners.some(({ held }) => held === 1)).toBe(true));

  await pause(subscription);
  await world.eventually(() => expect(states()).toContain('paused'));
  finish();
  await untilAll('paused');
  expect(world.effects).toEqual(['slow']);

  await world.publish(address!, messageOf('later'));
  await resume(subscription);
  await world.eventually(() => expect(world.effects).toEqual(['slow', 'later']));
  expect(states()).toContain('running');
});

test('what is published while it is paused waits at the broker', async () => {
  const subscription = world.subscription();
  await replica(subscription, async () => done());
  await pause(subscription);
  await untilAll('paused');
  await world.publish(subscription.addresses[0]!, messageOf('first'), messageOf('second'));
  // A second replica comes, looks, and leaves it alone too.
  await replica(subscription, async () => done());
  expect(states()).toEqual(['paused', 'paused']);
  expect(world.effects).toEqual([]);
  await resume(subscription);
  await world.eventually(() => expect(world.effects).toEqual(['first', 'second']));
});

test('a pause outlives the process: who starts next finds it', async () => {
  const subscription = world.subscription();
  const before = await replica(subscription, async () => done());
  await pause(subscription);
  await untilAll('paused');
  await before.drain(1_000);
  runners = [];

  await world.publish(subscription.addresses[0]!, messageOf('waits'));
  await replica(subscription, async () => done());
  expect(states()).toEqual(['paused']);
  await resume(subscription);
  await world.eventually(() => expect(world.effects).toEqual(['waits']));
});

test('parked messages stay parked, in their order, while it is paused', async () => {
  const [subscription, other] = [0, 1].map(() => world.subscription({ delaysMs: [100, 60_000] }));
  let failing = true;
  const handle: Handle = async () => (failing ? retryLater({ because: 'not yet' }) : done());
  await replica(subscription!, handle);
  await replica(other!, handle);
  await world.publish(subscription!.addresses[0]!, messageOf('head'), messageOf('behind'));
  await world.publish(other!.addresses[0]!, messageOf('of the other'));
  await world.eventually(async () =>
    expect(await world.query('SELECT FROM parked_messages')).toHaveLength(3),
  );
  await pause(subscription!);
  await pause(other!);
  await untilAll('paused');
  failing = false;
  world.effects.splice(0);
  await world.query("UPDATE key_states SET due_at = now() - interval '1 hour'");

  // By the time that the other one's has run, a replica of the first would have run its own.
  await replica(subscription!, handle);
  await resume(other!);
  await world.eventually(() => expect(world.effects).toEqual(['of the other']));
  await resume(subscription!);
  await world.eventually(() => expect(world.effects).toEqual(['of the other', 'head', 'behind']));
});

test('a message that waits out an outage keeps nobody from pausing; it goes back to the broker', async () => {
  const subscription = world.subscription({ order: 'none', lane: 'keyed' });
  const started: string[] = [];
  const first = await replica(
    subscription,
    async ({ payload }) => {
      started.push(payload);
      if (started.length === 1) throw Object.assign(new Error('away'), { code: 'ECONNREFUSED' });
      return done();
    },
    100,
  );
  await world.publish(subscription.addresses[0]!, messageOf('again'));
  await world.eventually(() => expect(started).toEqual(['again']));
  await pause(subscription);
  await untilAll('paused');
  expect(first.held).toBe(0);
  await resume(subscription);
  await world.eventually(() => expect(world.effects).toContain('again'));
});

test('the service says what it is, for those who look from outside', async () => {
  const subscription = world.subscription({ replaySafe: true });
  await replica(subscription, async () => done());
  const [row] = await world.query('SELECT * FROM subscription_states');
  expect(row).toMatchObject({
    subscription: subscription.name,
    broker: 'memory',
    addresses: subscription.addresses,
    replay_safe: true,
    inbox_days: 30,
    paused_at: null,
  });
});
