import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import {
  deadLetter,
  deadLetterAddress,
  done,
  type ControlMessage,
  type Message,
  type Subscription,
} from '@waybill/messaging';
import { createHash, randomUUID } from 'node:crypto';
import { controlOf } from '../testing/control-of.js';
import { DeliveryWorld, messageOf } from '../testing/delivery-world.js';

let world: DeliveryWorld;
beforeAll(async () => void (world = await DeliveryWorld.open()));
afterAll(() => world.close());

const hashOf = (text: string) => createHash('sha256').update(text).digest('hex');

describe.each(['park', 'overtake'] as const)('a correction (%s)', (onFailingKey) => {
  let subscription: Subscription;
  let message: Message;
  let operationId: string;
  /** Payloads with the ids that they ran under, in the order of their commits. */
  let effects: string[][];

  const id = () => message.attributes['id']!;
  const address = () => subscription.addresses[0]!;
  const deadLetters = () => world.broker.written(deadLetterAddress(subscription, address()));
  const ask = (kind: ControlMessage['kind'], change: { operationId?: string; body?: string }) =>
    world.broker.publisher().publish([controlOf(kind, message, subscription, change)]);
  const receipts = () =>
    world.notices
      .filter((notice) => notice.kind === 'receipt' && notice.subscription === subscription.name)
      .map(({ messageId, operationId: by, result }) => ({ messageId, operationId: by, result }));
  const copy = (payload: string) => messageOf(payload, message.key, id());

  beforeAll(async () => {
    subscription = world.subscription({ onFailingKey });
    effects = [];
    operationId = randomUUID();
    await world.run(subscription, async ({ payload, envelope, transaction }) => {
      if (payload === 'broken') return deadLetter('amount is negative');
      transaction.afterCommit(() => void effects.push([payload, envelope.id]));
      return done();
    });
    message = messageOf('broken');
    await world.publish(address(), message);
    await world.eventually(() => expect(deadLetters()).toHaveLength(1));
    await ask('correct', { operationId, body: 'mended' });
  });

  test('handles the message under its own id, with the new body, once', async () => {
    await world.eventually(() => expect(effects).toEqual([['mended', id()]]));
    await world.eventually(() => expect(receipts()).toEqual([receipt('handled')]));
    expect(deadLetters()).toHaveLength(1);
  });

  test('registers both bodies under its operation', async () => {
    const rows = await world.query<{ hash: string; by: string }>(
      `SELECT encode(body_hash, 'hex') AS hash, operation_id::text AS by FROM inbox_bodies
       WHERE subscription = $1 AND message_id = $2`,
      [subscription.name, id()],
    );
    const registered = ['broken', 'mended'].map((body) => ({ hash: hashOf(body), by: operationId }));
    expect(rows.toSorted(byHash)).toEqual(registered.toSorted(byHash));
  });

  test('that comes again is a no-op, and its receipt says so', async () => {
    await ask('correct', { operationId, body: 'mended' });
    await world.eventually(() => expect(receipts()).toEqual([receipt('handled'), receipt('no-op')]));
    expect(effects).toHaveLength(1);
    expect(await operations()).toEqual([{ kind: 'correct', actor: 'ann', reason: 'a test' }]);
  });

  test('leaves late copies of both bodies duplicates, and any other body an error', async () => {
    const after = messageOf('after');
    await world.publish(address(), copy('broken'), copy('mended'), after);
    await world.eventually(() => expect(effects).toHaveLength(2));
    expect(deadLetters()).toHaveLength(1);

    await world.publish(address(), copy('forged'));
    await world.eventually(() => expect(deadLetters()).toHaveLength(2));
    expect(deadLetters()[1]!.headers['exception.message']).toContain('is known with another body');
    expect(effects).toEqual([
      ['mended', id()],
      ['after', after.attributes['id']],
    ]);
  });

  test('is the only way to another body: a replay that brings one fails again', async () => {
    const replayId = randomUUID();
    const forged = controlOf('replay', copy('forged'), subscription, { operationId: replayId });
    await world.broker.publisher().publish([forged]);
    await world.eventually(() =>
      expect(receipts()).toContainEqual({
        messageId: id(),
        operationId: replayId,
        result: 'failed again',
      }),
    );
    expect(effects.map(([payload]) => payload)).not.toContain('forged');
  });

  const receipt = (result: string) => ({ messageId: id(), operationId, result });
  const operations = () =>
    world.query('SELECT kind, actor, reason FROM operations WHERE subscription = $1', [subscription.name]);
});

const byHash = (a: { hash: string }, b: { hash: string }): number => (a.hash < b.hash ? -1 : 1);
