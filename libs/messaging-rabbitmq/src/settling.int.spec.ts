import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { failureHeaders, type Failure, type Subscription, type RawDelivery } from '@waybill/messaging';
import { messageOf, Recorder, untilAnswered } from '@waybill/test-kit';
import { TestBroker } from './testing/test-broker.js';

const failure: Failure = {
  because: 'no stock',
  errorType: 'RangeError',
  message: 'ü'.repeat(2_000),
  stack: 's'.repeat(20_000),
  attempts: 3,
  firstFailedAt: '2026-01-01T00:00:00.000Z',
  lastFailedAt: '2026-01-01T00:00:05.000Z',
};

describe('settling a RabbitMQ delivery', () => {
  let rabbit: TestBroker;
  let recorder: Recorder;
  beforeEach(async () => {
    rabbit = await TestBroker.open();
    recorder = new Recorder();
  });
  afterEach(() => rabbit.close());

  const consume = (subscription: Subscription) =>
    rabbit.adapter().consumer(subscription, recorder.take).start();

  it('later: comes back after the delay and not before, with bytes, id and headers unchanged', async () => {
    const subscription = await rabbit.subscription({ delaysMs: [700] });
    const message = messageOf('', { body: Uint8Array.from([0, 255]), headers: { tenant: 'a' } });
    await rabbit
      .adapter()
      .publisher('test')
      .publish([{ address: subscription.name, message, priority: 4 }]);
    await consume(subscription);

    const [first] = await recorder.atLeast(1);
    const putBackAt = Date.now();
    await putBack(first!);
    const [, second] = await recorder.atLeast(2);
    expect(Date.now() - putBackAt).toBeGreaterThanOrEqual(695);
    await putBack(second!); // its own x-death must not make the broker see a cycle
    const [, , third] = await recorder.atLeast(3);
    await third!.done();

    expect(third!.message).toMatchObject({ key: message.key, attributes: message.attributes });
    expect([...third!.message.body]).toEqual([0, 255]);
    expect(third!.message.headers['tenant']).toBe('a');
    expect([second!.origin.via, third!.origin.via]).toEqual(['retry', 'retry']);
    expect(await rabbit.depth(`${subscription.name}.retry.700ms`)).toBe(0);
  });

  it('later: each delay has a queue of its own, so that a short one does not wait behind a long one', async () => {
    const subscription = await rabbit.subscription({ delaysMs: [300, 60_000] });
    for (const text of ['long', 'short']) rabbit.send(subscription.name, Buffer.from(text));
    await consume(subscription);

    const [long, short] = await recorder.atLeast(2);
    await putBack(long!, 60_000);
    await putBack(short!, 300);
    await recorder.atLeast(3);

    expect(recorder.texts).toEqual(['long', 'short', 'short']);
    expect(await rabbit.depth(`${subscription.name}.retry.1m`)).toBe(1);
  });

  it('later: overtakes as before, since it keeps its priority', async () => {
    const subscription = await rabbit.subscription(
      { delaysMs: [2_000], prefetch: 1 },
      { 'x-max-priority': 10 },
    );
    rabbit.send(subscription.name, Buffer.from('express'), { priority: 9 });
    await consume(subscription);
    const [express] = await recorder.atLeast(1);
    for (const text of ['one', 'two', 'three']) rabbit.send(subscription.name, Buffer.from(text));
    await untilAnswered(async () => (await rabbit.depth(subscription.name)) === 3 || undefined);

    await putBack(express!, 2_000);
    const [, one] = await recorder.atLeast(2);
    await untilAnswered(async () => (await rabbit.depth(subscription.name)) === 3 || undefined);
    await one!.done();
    await recorder.atLeast(3);

    expect(recorder.texts).toEqual(['express', 'one', 'express']);
  });

  it('later or never: the copy is stored, and the delivery is still ours to settle', async () => {
    const subscription = await rabbit.subscription({ delaysMs: [60_000] });
    rabbit.send(subscription.name, Buffer.from('both'));
    const consumer = rabbit.adapter().consumer(subscription, recorder.take);
    await consumer.start();

    const [delivery] = await recorder.atLeast(1);
    expect(await delivery!.retryLater(60_000, {})).toBe(true);
    expect(await delivery!.deadLetter({})).toBe(true);
    expect(delivery!.current).toBe(true);
    await consumer.close(); // dying before `done` leaves copies, never a gap

    for (const queue of ['', '.retry.1m', '.dlq'])
      await untilAnswered(
        async () => (await rabbit.depth(`${subscription.name}${queue}`)) === 1 || undefined,
      );
  });

  it('dead letter: carries original bytes and envelope, and the failure in capped headers', async () => {
    const subscription = await rabbit.subscription();
    const message = messageOf('', {
      body: Uint8Array.from([1, 254]),
      headers: { 'waybill-failure-reason': 'earlier' },
    });
    await rabbit
      .adapter()
      .publisher('test')
      .publish([{ address: subscription.name, message }]);
    await consume(subscription);

    const [delivery] = await recorder.atLeast(1);
    await setAside(delivery!, subscription);
    const dead = await rabbit.next(`${subscription.name}.dlq`);

    expect([...dead.content]).toEqual([1, 254]);
    expect(dead.properties.messageId).toBe(message.attributes['id']);
    expect(dead.properties.headers).toMatchObject({
      'cloudEvents:id': message.attributes['id'],
      'cloudEvents:partitionkey': message.key,
      traceparent: message.attributes['traceparent'],
      'waybill-failure-reason': 'no stock',
      'exception.type': 'RangeError',
      'exception.message': 'ü'.repeat(512),
      'exception.stacktrace': 's'.repeat(8_192),
      'waybill-attempts': '3',
      'waybill-first-failed-at': failure.firstFailedAt,
      'waybill-last-failed-at': failure.lastFailedAt,
      'waybill-original-address': subscription.name,
      'waybill-subscription': subscription.name,
    });
    expect(await rabbit.depth(subscription.name)).toBe(0);
  });

  it('dead letter: takes foreign messages with properties and headers that must not be written again', async () => {
    const subscription = await rabbit.subscription();
    const headers = {
      CC: [subscription.name],
      tenant: 7,
      large: 'x'.repeat(58_000),
      larger: 'y'.repeat(3_000),
    };
    rabbit.send(subscription.name, Buffer.from('foreign'), {
      headers,
      userId: new URL(rabbit.url).username || 'guest',
      expiration: 60_000,
      replyTo: 'somewhere',
    });
    await consume(subscription);

    const [delivery] = await recorder.atLeast(1);
    await setAside(delivery!, subscription);
    const dead = await rabbit.next(`${subscription.name}.dlq`);

    expect(dead.content.toString()).toBe('foreign');
    expect(dead.properties).toMatchObject({ replyTo: 'somewhere', expiration: undefined, userId: undefined });
    expect(dead.properties.headers).toMatchObject({ tenant: 7, 'waybill-dropped-headers': 'large' });
    expect(dead.properties.headers).not.toHaveProperty('CC');
  });

  it('holds the message until its dead-letter queue takes it', async () => {
    const subscription = await rabbit.subscription();
    const deadLetters = `${subscription.name}.dlq`;
    await rabbit.channel.deleteQueue(deadLetters);
    rabbit.send(subscription.name, Buffer.from('patient'));
    await consume(subscription);

    const [delivery] = await recorder.atLeast(1);
    const settling = setAside(delivery!, subscription);
    await untilAnswered(() => rabbit.events.find(({ kind }) => kind === 'publishFailed'));
    await rabbit.channel.assertQueue(deadLetters);
    await settling;

    expect((await rabbit.next(deadLetters)).content.toString()).toBe('patient');
  });

  it('stops waiting for a hop when its own connection is gone, since the message comes again', async () => {
    const subscription = await rabbit.subscription();
    await rabbit.channel.deleteQueue(`${subscription.name}.dlq`);
    rabbit.send(subscription.name, Buffer.from('again'));
    const consumer = rabbit.adapter().consumer(subscription, recorder.take);
    await consumer.start();

    const [delivery] = await recorder.atLeast(1);
    const settling = delivery!.deadLetter({});
    await untilAnswered(() => rabbit.events.find(({ kind }) => kind === 'publishFailed'));
    await consumer.close();
    expect(await settling).toBe(false);

    await untilAnswered(async () => (await rabbit.depth(subscription.name)) === 1 || undefined);
  });
});

/** As the pipeline does: stored with confirm, then settled. */
async function setAside(delivery: RawDelivery, { name }: Subscription): Promise<void> {
  if (await delivery.deadLetter(failureHeaders(failure, delivery.origin, name))) await delivery.done();
}

async function putBack(delivery: RawDelivery, delayMs = 700): Promise<void> {
  const headers = { 'waybill-attempts': '1', 'waybill-due-at': new Date().toISOString() };
  if (await delivery.retryLater(delayMs, headers)) await delivery.done();
}
