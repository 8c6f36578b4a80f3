import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import { deadLetter, deadLetterAddress, done, inletAddress, type Message } from '@waybill/messaging';
import { controlOf } from '../testing/control-of.js';
import { DeliveryWorld, messageOf } from '../testing/delivery-world.js';

let world: DeliveryWorld;
beforeAll(async () => void (world = await DeliveryWorld.open()));
afterAll(() => world.close());

const withHeaders = (message: Message, headers: Message['headers']): Message => ({ ...message, headers });

test('a header that JSON in the database cannot be asked about holds up no key', async () => {
  const subscription = world.subscription();
  const [address] = subscription.addresses as [string];
  const failing = new Set(['n1']);
  const effects: string[] = [];
  await world.run(subscription, async ({ payload, transaction }) => {
    if (failing.has(payload)) throw new Error('not yet');
    transaction.afterCommit(() => void effects.push(payload));
    return done();
  });
  await world.publish(address, withHeaders(messageOf('n1', 'n'), { odd: 'a\0b' }));
  await world.eventually(() =>
    expect(world.notices).toContainEqual(expect.objectContaining({ kind: 'parked', subject: 'n1' })),
  );
  await world.publish(address, messageOf('n2', 'n'), messageOf('o', 'other'));
  await world.eventually(() => expect(effects).toEqual(['o']));
  failing.clear();
  await world.eventually(() => expect(effects).toEqual(['o', 'n1', 'n2']));
});

test('a message whose subject no database keeps is set aside, once', async () => {
  const subscription = world.subscription({ order: 'none', onFailingKey: 'overtake' });
  const [address] = subscription.addresses as [string];
  const keeping = 'SELECT $1::text';
  const runner = await world.run(subscription, async () => deadLetter('never'), {
    announce: async (notices, transaction) => {
      for (const { subject } of notices) await transaction.query(keeping, [subject]);
    },
  });
  const message = messageOf('s1');
  await world.publish(
    address,
    { ...message, attributes: { ...message.attributes, subject: 'a\0b' } },
    messageOf('s2'),
  );
  const aside = () => world.broker.written(deadLetterAddress(subscription, address));
  await world.eventually(() => expect([aside().length > 1, runner.held]).toEqual([true, 0]));
  expect(aside()).toHaveLength(2);
});

test('a parked message is set aside beside the address it was read from, whatever its headers say', async () => {
  const subscription = world.subscription({ maxAttempts: 2 });
  const [address] = subscription.addresses as [string];
  await world.run(subscription, () => Promise.reject(new Error('never')));
  const headers = { 'waybill-original-address': 'elsewhere', 'waybill-original-offset': '77' };
  await world.publish(address, withHeaders(messageOf('h1', 'h'), headers));
  await world.eventually(() =>
    expect(world.broker.written(deadLetterAddress(subscription, address))).toHaveLength(1),
  );
  expect(world.broker.written(deadLetterAddress(subscription, 'elsewhere'))).toEqual([]);
  const [aside] = world.broker.written(deadLetterAddress(subscription, address));
  expect(aside!.headers).toMatchObject({
    'waybill-original-address': address,
    'waybill-original-offset': '0',
  });
});

test('a parked message as large as can be is set aside with as much of its failure as has room', async () => {
  const subscription = world.subscription({ maxAttempts: 2 });
  const [address] = subscription.addresses as [string];
  await world.run(subscription, () => Promise.reject(new Error('never')));
  await world.publish(address, { ...messageOf('l1', 'l'), body: new Uint8Array(1024 * 1024 - 1_000) });
  const aside = () => world.broker.written(deadLetterAddress(subscription, address));
  await world.eventually(() => expect(aside()).toHaveLength(1));
  expect(aside()[0]!.headers).toMatchObject({ 'waybill-attempts': '2', 'exception.type': 'Error' });
});

test('a parked message that fills its broker’s limit is set aside as it came', async () => {
  const subscription = world.subscription({ maxAttempts: 2 });
  const [address] = subscription.addresses as [string];
  await world.run(subscription, () => Promise.reject(new Error('never')));
  const message = messageOf('f1', 'f');
  const texts = [message.key, ...Object.entries({ ...message.attributes, ...message.headers }).flat()];
  await world.publish(address, { ...message, body: new Uint8Array(1024 * 1024 - texts.join('').length) });
  const aside = () => world.broker.written(deadLetterAddress(subscription, address));
  await world.eventually(() => expect(aside()).toHaveLength(1));
  expect(aside()[0]!.headers).toEqual(message.headers);
});

test('a key that no index takes is set aside, and holds up nobody', async () => {
  const subscription = world.subscription();
  const [address] = subscription.addresses as [string];
  const effects: string[] = [];
  await world.run(subscription, async ({ payload, transaction }) => {
    if (payload === 'i1') throw new Error('not yet');
    transaction.afterCommit(() => void effects.push(payload));
    return done();
  });
  await world.publish(address, messageOf('i1', randomBytes(4_000).toString('hex')), messageOf('i2', 'i'));
  await world.eventually(() =>
    expect([effects, world.broker.written(deadLetterAddress(subscription, address)).length]).toEqual([
      ['i2'],
      1,
    ]),
  );
});

test('what is told of a failure is a text that every reader takes, however odd the error', async () => {
  const subscription = world.subscription({ maxAttempts: 2 });
  const [address] = subscription.addresses as [string];
  await world.run(subscription, () => Promise.reject(new Error(`\0 ${'😀'.repeat(200_000)}`.slice(0, -1))));
  await world.publish(address, messageOf('t1', 't'));
  const told = () => world.notices.filter((notice) => notice.subscription === subscription.name);
  await world.eventually(() => expect(told().map(({ kind }) => kind)).toEqual(['parked', 'dead-lettered']));
  for (const { because } of told()) {
    expect([because!.isWellFormed(), because!.includes('\0')]).toEqual([true, false]);
    expect(because!.length).toBeLessThanOrEqual(1_024);
  }
});

test.each<[string, object, object?]>([
  ['an operation id that is none', { operationId: 'soon' }],
  ['a time that is none', { askedAt: 'soon' }],
  ['a key that no database keeps', {}, { key: 'a\0b' }],
  ['a message that is another', { messageId: '01a20e29-2240-7000-8ed0-d8d3114de73d' }],
  ['a hash that is none', { kind: 'correct', formerBodyHash: 7 }],
  ['a header that is no text', {}, { headers: { odd: { a: 1 } } }],
])('a control message with %s is set aside, and the next one carried out', async (_, change, kept = {}) => {
  const subscription = world.subscription();
  const [address] = subscription.addresses as [string];
  const effects: string[] = [];
  await world.run(subscription, async ({ payload, transaction }) => {
    transaction.afterCommit(() => void effects.push(payload));
    return done();
  });
  const odd = controlOf('replay', messageOf('c1'), subscription);
  const control = JSON.parse(Buffer.from(odd.message.body).toString()) as { message: object };
  const body = Buffer.from(
    JSON.stringify({ ...control, ...change, message: { ...control.message, ...kept } }),
  );
  const inlet = inletAddress(subscription, address);
  await world.publish(inlet, { ...odd.message, body });
  await world.broker.publisher().publish([controlOf('replay', messageOf('c2'), subscription)]);
  await world.eventually(() => expect(effects).toEqual(['c2']));
  expect(world.broker.written(deadLetterAddress(subscription, address))).toHaveLength(1);
});
