import { afterAll, beforeAll, expect, test } from '@jest/globals';
import {
  deadLetterAddress,
  done,
  FatalError,
  inletAddress,
  writeControl,
  type Message,
  type Subscription,
} from '@waybill/messaging';
import { randomUUID } from 'node:crypto';
import { DeliveryWorld, messageOf } from '../testing/delivery-world.js';

let world: DeliveryWorld;
beforeAll(async () => void (world = await DeliveryWorld.open()));
afterAll(() => world.close());

/** As of a notice that its contract refuses. */
const announce = () => Promise.reject(new FatalError('never'));
const order = { order: 'none', onFailingKey: 'overtake' } as const;

/** The message sent last is behind all that is done about those before it. */
async function asideOf(change: Partial<Subscription>, ...messages: readonly Message[]) {
  const subscription = world.subscription({ maxAttempts: 2, ...change });
  const [address] = subscription.addresses as [string];
  const runs: string[] = [];
  await world.run(
    subscription,
    async ({ payload }) => {
      runs.push(payload);
      if (payload === 'fails') throw new Error('never');
      return done();
    },
    { announce },
  );
  const aside = () => world.broker.written(deadLetterAddress(subscription, address));
  await world.publish(address, ...messages);
  await world.eventually(() => expect(aside()).not.toEqual([]));
  await world.publish(address, messageOf('last', 'last'));
  await world.eventually(() => expect(runs).toContain('last'));
  return { subscription, address, runs, aside };
}

test('what can never be told of a failing message costs it no more attempts than it has', async () => {
  const { runs, aside } = await asideOf(order, messageOf('fails'));
  expect(runs).toEqual(['fails', 'fails', 'last']);
  expect(aside()).toHaveLength(1);
});

test('what can never be told of a message leaves it dead at the head of its key', async () => {
  const { subscription, address, runs, aside } = await asideOf({}, messageOf('fails'));
  await world.publish(address, messageOf('behind'));
  const states = 'SELECT state FROM key_states WHERE subscription = $1';
  await world.eventually(async () =>
    expect(await world.query(states, [subscription.name])).toEqual([{ state: 'dead' }]),
  );
  expect(runs).toEqual(['fails', 'fails', 'last']);
  expect(aside()).toHaveLength(1);
});

test('what can never be told of an message without a handler costs it one dead letter, not one after the other', async () => {
  const message = messageOf('odd');
  const attributes = { ...message.attributes, type: 'unheard-of' };
  const { aside } = await asideOf(order, { ...message, attributes });
  expect(aside()).toHaveLength(1);
});

test('an operation that fails as often as a message may is set aside, and holds up nobody', async () => {
  const subscription = world.subscription();
  const [address] = subscription.addresses as [string];
  await world.run(subscription, async () => done(), { announce });
  const { key, attributes, headers, body } = messageOf('gone');
  const control = writeControl(
    {
      ...{ operationId: randomUUID(), kind: 'discard', messageId: attributes['id']!, actor: 'ann' },
      ...{ reason: 'test', askedAt: new Date().toISOString() },
      message: { address, key, attributes, headers, body: Buffer.from(body).toString('base64') },
    },
    subscription,
  );
  expect(control.address).toBe(inletAddress(subscription, address));
  await world.publish(control.address, control.message);
  const aside = () => world.broker.written(deadLetterAddress(subscription, address));
  await world.eventually(() => expect(aside()).toHaveLength(1));
  expect(aside()[0]!.headers).toMatchObject({ 'waybill-failure-reason': 'never' });
});
