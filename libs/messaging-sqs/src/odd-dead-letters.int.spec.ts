import { expect, test } from '@jest/globals';
import { deadLetterAddress, failureHeaders, type Message, type Subscription } from '@waybill/messaging';
import { messageOf, Recorder } from '@waybill/test-kit';
import { randomUUID } from 'node:crypto';
import { capabilities } from './capabilities.js';
import { toContent } from './headers.js';
import { onEachServer } from './testing/on-each-server.js';
import { subscriptionOf } from './testing/test-queues.js';

const failure = {
  because: 'no stock',
  errorType: 'RangeError',
  message: 'nothing left',
  stack: 'x'.repeat(8_000),
  attempts: 1,
  firstFailedAt: '2026-01-01T00:00:00.000Z',
  lastFailedAt: '2026-01-01T00:00:05.000Z',
};

onEachServer('odd dead letters on SQS FIFO', (server) => {
  const consumed = async (message: Message, subscription: Subscription) => {
    await server.publish(subscription.name, [message]);
    await server.consume(subscription);
    const [delivery] = await server.recorder.atLeast(1);
    return delivery!;
  };
  const deadLettersOf = async (subscription: Subscription, least: number) => {
    const dead = new Recorder();
    const name = deadLetterAddress(subscription, subscription.name);
    await server.consume(subscriptionOf(name, { terminal: true, order: 'none' }), {}, (deliveries) => {
      dead.take(deliveries);
      for (const each of deliveries) void each.done();
    });
    return dead.atLeast(least);
  };

  test('a parked message that dies again after a replay, within five minutes, makes another', async () => {
    const subscription = await server.queues.subscription();
    const origin = { address: subscription.name, redelivered: false, via: 'parked' } as const;
    const died = (operationId?: string): Message => {
      const headers = failureHeaders(
        { ...failure, ...(operationId && { operationId }) },
        origin,
        subscription.name,
      );
      return { ...message, headers };
    };
    const message = messageOf('bad');
    const address = deadLetterAddress(subscription, subscription.name);
    await server.publish(address, [died()]);
    await server.publish(address, [died(randomUUID())]);
    expect(await deadLettersOf(subscription, 2)).toHaveLength(2);
  });

  test('an id that SQS takes for no name holds no dead letter up', async () => {
    const subscription = await server.queues.subscription();
    const message = messageOf('bad');
    const odd = { ...message, attributes: { ...message.attributes, id: 'not an id' } };
    const delivery = await consumed(odd, subscription);
    const headers = failureHeaders(failure, delivery.origin, subscription.name);
    expect(await delivery.deadLetter(headers)).toBe(true);
  });

  test('a trace that SQS takes for no text is kept beside the others', async () => {
    const subscription = await server.queues.subscription();
    const message = messageOf('bad');
    const odd = { ...message, attributes: { ...message.attributes, traceparent: 'a\u0001b' } };
    const delivery = await consumed(odd, subscription);
    expect(delivery.message.attributes).toMatchObject({ traceparent: 'a\u0001b' });
  });

  test('a message as large as can be is set aside with as much of its failure as has room', async () => {
    const subscription = await server.queues.subscription();
    const delivery = await consumed({ ...messageOf('bad'), body: Buffer.alloc(260_000, 'x') }, subscription);
    const headers = failureHeaders(failure, delivery.origin, subscription.name);
    expect(await delivery.deadLetter(headers)).toBe(true);
    const [dead] = await deadLettersOf(subscription, 1);
    expect(dead!.message.headers).toMatchObject({ 'exception.type': 'RangeError' });
    expect(dead!.message.headers).not.toHaveProperty(['exception.stacktrace']);
  });

  test('a message that leaves no room at all is set aside as it came', async () => {
    const subscription = await server.queues.subscription();
    const message = messageOf('bad');
    const rest = toContent({ ...message, body: Buffer.alloc(0) }).bytes;
    const body = Buffer.alloc(capabilities.maxMessageBytes - rest, 'x');
    const delivery = await consumed({ ...message, body }, subscription);
    const headers = failureHeaders(failure, delivery.origin, subscription.name);
    expect(await delivery.deadLetter(headers)).toBe(true);
    const [dead] = await deadLettersOf(subscription, 1);
    expect(dead!.message.headers).toEqual(message.headers);
  });
});
