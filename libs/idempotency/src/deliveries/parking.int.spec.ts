import { afterAll, beforeAll, expect, test } from '@jest/globals';
import {
  deadLetter,
  deadLetterAddress,
  done,
  retryLater,
  type CallsOutside,
  type Subscription,
} from '@waybill/messaging';
import { controlOf } from '../testing/control-of.js';
import { DeliveryWorld, messageOf, text } from '../testing/delivery-world.js';

let world: DeliveryWorld;
beforeAll(async () => void (world = await DeliveryWorld.open()));
afterAll(() => world.close());

const clear = (subscription: Subscription) =>
  world.query('SELECT 1 FROM key_states WHERE subscription = $1', [subscription.name]);

test('a failing head keeps the later ones of its key, and only those, waiting; then all run in order', async () => {
  const subscription = world.subscription();
  let failures = 3; // once with the batch, which costs nothing, then twice alone
  const effects: string[] = [];
  await world.run(subscription, async ({ payload, transaction }) => {
    if (payload === 'k1' && failures-- > 0) throw new Error('not yet');
    transaction.afterCommit(() => void effects.push(payload));
    return done();
  });
  await world.publish(
    subscription.addresses[0]!,
    ...['k1', 'k2', 'k3'].map((payload) => messageOf(payload)),
    messageOf('other', 'o'),
  );
  await world.eventually(() => expect(effects).toEqual(['other', 'k1', 'k2', 'k3']));
  await world.eventually(async () => expect(await clear(subscription)).toEqual([]));
  expect(
    world.notices
      .filter((notice) => notice.subscription === subscription.name)
      .map(({ kind, subject, attempts }) => [kind, subject, attempts]),
  ).toEqual(
    expect.arrayContaining([
      ['parked', 'k1', 1],
      ['parked', 'k1', 2],
    ]),
  );
});

test('a dead head keeps its key parked until it is replayed, and then all run in order', async () => {
  const subscription = world.subscription();
  const effects: string[] = [];
  let broken = true;
  await world.run(subscription, async ({ payload, transaction }) => {
    if (payload === 'k1' && broken) return deadLetter('never');
    transaction.afterCommit(() => void effects.push(payload));
    return done();
  });
  const head = messageOf('k1');
  await world.publish(subscription.addresses[0]!, head, messageOf('k2'), messageOf('other', 'o'));
  await world.eventually(() =>
    expect(world.broker.written(deadLetterAddress(subscription, subscription.addresses[0]!))).toHaveLength(1),
  );
  await world.publish(subscription.addresses[0]!, messageOf('k3'), messageOf('other2', 'o'));
  await world.eventually(() => expect(effects).toEqual(['other', 'other2']));
  expect(
    await world.query('SELECT state FROM key_states WHERE subscription = $1', [subscription.name]),
  ).toEqual([{ state: 'dead' }]);

  broken = false;
  await world.broker.publisher().publish([controlOf('replay', head, subscription)]);
  await world.eventually(() => expect(effects).toEqual(['other', 'other2', 'k1', 'k2', 'k3']));
  expect(world.notices.at(-1)).toMatchObject({ kind: 'receipt', result: 'handled', subject: 'k1' });
});

test('discarding a dead head lets its key go on', async () => {
  const subscription = world.subscription();
  const effects: string[] = [];
  await world.run(subscription, async ({ payload, transaction }) => {
    if (payload === 'k1') return deadLetter('never');
    transaction.afterCommit(() => void effects.push(payload));
    return done();
  });
  const head = messageOf('k1');
  await world.publish(subscription.addresses[0]!, head, messageOf('k2'));
  await world.eventually(async () =>
    expect(
      await world.query('SELECT 1 FROM parked_messages WHERE subscription = $1', [subscription.name]),
    ).toHaveLength(2),
  );
  await world.broker.publisher().publish([controlOf('discard', head, subscription)]);
  await world.eventually(() => expect(effects).toEqual(['k2']));
  await world.publish(subscription.addresses[0]!, head, messageOf('k3'));
  await world.eventually(() => expect(effects).toEqual(['k2', 'k3']));
});

test('a copy of the waiting head is a duplicate', async () => {
  const subscription = world.subscription();
  const effects: string[] = [];
  let failures = 1;
  await world.run(subscription, async ({ payload, transaction }) => {
    if (failures-- > 0) throw new Error('not yet');
    transaction.afterCommit(() => void effects.push(payload));
    return done();
  });
  const head = messageOf('k1');
  await world.publish(subscription.addresses[0]!, head);
  await world.publish(subscription.addresses[0]!, head, messageOf('k2'), head);
  await world.eventually(() => expect(effects).toEqual(['k1', 'k2']));
  await world.eventually(async () => expect(await clear(subscription)).toEqual([]));
});

test('a head that wants to run again at once runs under a new claim, so that no other process calls outside beside it', async () => {
  const subscription = world.subscription({ lane: 'keyed' });
  const claimed: unknown[] = [];
  const handler: CallsOutside<typeof text> = {
    prepare: async () => ({ call: undefined }),
    call: async () => {
      const states = 'SELECT claimed_until > now() AS claimed FROM key_states WHERE subscription = $1';
      claimed.push(...(await world.query(states, [subscription.name])));
    },
    conclude: async () =>
      claimed.length < 3 ? retryLater({ afterMs: 0, because: 'not yet', spendsAttempt: false }) : done(),
  };
  await world.run(subscription, undefined, { handlers: [{ contract: text, handler }] });
  await world.publish(subscription.addresses[0]!, messageOf('k1'));
  await world.eventually(() =>
    expect(claimed).toEqual([{ claimed: true }, { claimed: true }, { claimed: true }]),
  );
});
