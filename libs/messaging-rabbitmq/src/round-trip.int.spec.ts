import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { messageOf, numbered, Recorder } from '@waybill/test-kit';
import { TestBroker, subscriptionOf } from './testing/test-broker.js';

describe('a message through RabbitMQ', () => {
  let rabbit: TestBroker;
  beforeEach(async () => void (rabbit = await TestBroker.open()));
  afterEach(() => rabbit.close());

  it('keeps key, bytes, attributes and headers', async () => {
    const queue = await rabbit.queue();
    const broker = rabbit.adapter();
    const recorder = new Recorder();
    const message = messageOf('', {
      headers: { tenant: 'a', 'x-note': 'ü' },
      body: Uint8Array.from([0, 255, 128, 10]),
    });

    const results = await broker.publisher('test').publish([{ address: queue, message }]);
    await broker.consumer(subscriptionOf(queue), recorder.take).start();
    const [delivery] = await recorder.atLeast(1);

    expect(results).toEqual([{ status: 'confirmed' }]);
    expect({ ...delivery!.message, body: [...delivery!.message.body] }).toEqual({
      ...message,
      body: [...message.body],
    });
    expect(delivery!.origin).toEqual({ address: queue, redelivered: false, via: 'address' });
  });

  it('shows its envelope where RabbitMQ keeps it, with exactly one traceparent', async () => {
    const queue = await rabbit.queue();
    const message = messageOf('{}', { headers: { traceparent: 'an older one' } });

    await rabbit
      .adapter()
      .publisher('test')
      .publish([{ address: queue, message }]);
    const { properties } = await rabbit.next(queue);

    expect(properties).toMatchObject({
      messageId: message.attributes['id'],
      type: 'order.created',
      contentType: 'application/json',
      deliveryMode: 2,
      timestamp: 1_767_225_600,
    });
    const { traceparent, ...envelope } = message.attributes;
    expect(properties.headers).toEqual({
      ...Object.fromEntries(Object.entries(envelope).map(([name, value]) => [`cloudEvents:${name}`, value])),
      'cloudEvents:partitionkey': 'customer-1',
      traceparent,
    });
  });

  it('is delivered as it is when it is foreign: arbitrary bytes, no envelope, headers of any type', async () => {
    const queue = await rabbit.queue();
    const recorder = new Recorder();
    rabbit.send(queue, Uint8Array.from([255, 254, 0]));
    rabbit.send(queue, new Uint8Array(), {
      headers: { count: 7, nested: { a: [1, null] }, 'cloudEvents:id': 5 },
    });

    await rabbit.adapter().consumer(subscriptionOf(queue), recorder.take).start();
    const [bytes, odd] = await recorder.atLeast(2);

    expect(bytes!.message).toEqual({
      key: '',
      attributes: {},
      headers: {},
      body: Buffer.from([255, 254, 0]),
    });
    expect(odd!.message).toMatchObject({
      attributes: { id: '5' },
      headers: { count: '7', nested: '{"a":[1,null]}' },
    });
    expect(odd!.message.body).toHaveLength(0);
  });

  it('is written in the order given, and a whole batch is handed over together', async () => {
    const queue = await rabbit.queue();
    const broker = rabbit.adapter();
    const recorder = new Recorder();
    const results = await broker.publisher('test').publish(numbered(queue, 2_000));

    await broker.consumer(subscriptionOf(queue, { prefetch: 2_000 }), recorder.take).start();
    await recorder.atLeast(2_000);

    expect(new Set(results.map(({ status }) => status))).toEqual(new Set(['confirmed']));
    expect(recorder.texts).toEqual(numbered(queue, 2_000).map((_, index) => String(index)));
    expect(recorder.batches.length).toBeLessThan(500);
  });

  it('travels through an exchange by its routing key', async () => {
    const [exchange, queue] = [await rabbit.exchange('topic'), await rabbit.queue()];
    await rabbit.channel.bindQueue(queue, exchange, 'order.*');

    const results = await rabbit
      .adapter()
      .publisher('test')
      .publish([{ address: `${exchange}/order.created`, message: messageOf('through') }]);

    expect(results).toEqual([{ status: 'confirmed' }]);
    expect((await rabbit.next(queue)).content.toString()).toBe('through');
  });
});
