import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { failureHeaders, type Message } from '@waybill/messaging';
import { Recorder, untilAnswered } from '@waybill/test-kit';
import { brokerDeath } from './broker-death.js';
import { toMessage } from './headers.js';
import { TestBroker } from './testing/test-broker.js';

const messageWith = (headers: Record<string, string>): Message => ({
  key: '',
  attributes: {},
  headers,
  body: new Uint8Array(),
});

describe('a dead letter that RabbitMQ made itself', () => {
  let rabbit: TestBroker;
  beforeEach(async () => void (rabbit = await TestBroker.open()));
  afterEach(() => rabbit.close());

  /** A queue whose dead letters go where nobody of ours brings any. */
  const mortal = async (queueArguments: Record<string, string | number>) => {
    const [exchange, deadLetters] = [await rabbit.exchange('direct'), await rabbit.queue()];
    await rabbit.channel.bindQueue(deadLetters, exchange, 'order.failed');
    const queue = await rabbit.queue({
      'x-dead-letter-exchange': exchange,
      'x-dead-letter-routing-key': 'order.failed',
      ...queueArguments,
    });
    return { queue, deadLetters };
  };
  const deathIn = async (deadLetters: string) => {
    const { properties, content } = await rabbit.next(deadLetters);
    return brokerDeath(toMessage(properties, content));
  };
  const giveBack = async (queue: string) => {
    const raw = await rabbit.channel.get(queue);
    if (raw) rabbit.channel.nack(raw, false, true);
  };
  const deathOf = (queue: string, reason: string) => ({
    reason,
    queue,
    exchange: '',
    routingKeys: [queue],
    count: 1,
    firstTime: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.000Z$/),
  });

  it('is known as expired', async () => {
    const { queue, deadLetters } = await mortal({ 'x-message-ttl': 10 });
    rabbit.send(queue, Buffer.from('late'));
    expect(await deathIn(deadLetters)).toEqual(deathOf(queue, 'expired'));
  });

  it('is known as rejected, with the exchange and key it had come by', async () => {
    const { queue, deadLetters } = await mortal({});
    const exchange = await rabbit.exchange('topic');
    await rabbit.channel.bindQueue(queue, exchange, 'order.*');
    rabbit.channel.publish(exchange, 'order.created', Buffer.from('bad'));
    const raw = await untilAnswered(async () => (await rabbit.channel.get(queue)) || undefined);
    rabbit.channel.nack(raw, false, false);
    const expected = { ...deathOf(queue, 'rejected'), exchange, routingKeys: ['order.created'] };
    expect(await deathIn(deadLetters)).toEqual(expected);
  });

  it('is known as one too many for its queue', async () => {
    const { queue, deadLetters } = await mortal({ 'x-max-length': 1 });
    for (const text of ['pushed out', 'stays']) rabbit.send(queue, Buffer.from(text));
    expect(await deathIn(deadLetters)).toEqual(deathOf(queue, 'maxlen'));
  });

  it('is known as delivered too often, although its first death was the wait of a retry', async () => {
    const { queue, deadLetters } = await mortal({ 'x-queue-type': 'quorum', 'x-delivery-limit': 1 });
    const wait = await rabbit.queue({
      'x-message-ttl': 10,
      'x-dead-letter-exchange': '',
      'x-dead-letter-routing-key': queue,
    });
    rabbit.send(wait, Buffer.from('restless'));
    const redelivering = setInterval(() => void giveBack(queue), 20);
    expect(await deathIn(deadLetters).finally(() => clearInterval(redelivering))).toEqual(
      deathOf(queue, 'delivery_limit'),
    );
  });

  it('is told apart from one that our consumer set aside after a retry', async () => {
    const subscription = await rabbit.subscription({ delaysMs: [10] });
    const recorder = new Recorder();
    rabbit.send(subscription.name, Buffer.from('fails'));
    await rabbit.adapter().consumer(subscription, recorder.take).start();
    const [first] = await recorder.atLeast(1);
    await first!.retryLater(10, { 'waybill-due-at': new Date().toISOString() });
    await first!.done();
    const [, second] = await recorder.atLeast(2);
    expect(brokerDeath(second!.message)?.reason).toBe('expired'); // the wait

    const at = new Date().toISOString();
    const failure = { because: 'no', errorType: 'Error', message: '', stack: '', attempts: 2 };
    const failed = { ...failure, firstFailedAt: at, lastFailedAt: at };
    await second!.deadLetter(failureHeaders(failed, second!.origin, subscription.name));
    expect(await deathIn(`${subscription.name}.dlq`)).toBeUndefined();
  });

  it('goes by the last of its deaths, however the broker lists them', () => {
    const deaths = [
      { reason: 'expired', queue: 'q.retry.5s', count: 3 },
      { reason: 'delivery_limit', queue: 'q' },
    ];
    const headers = { 'x-death': JSON.stringify(deaths) };
    expect(brokerDeath(messageWith(headers))).toMatchObject({ queue: 'q.retry.5s', count: 3 });
    const last = { 'x-last-death-queue': 'q', 'x-last-death-reason': 'delivery_limit' };
    expect(brokerDeath(messageWith({ ...headers, ...last }))).toMatchObject({ queue: 'q', count: 1 });
  });

  it('is not what only claims to be one', () => {
    for (const claim of ['yesterday', '{}', '[null]', '[7]', '[{"reason":1,"queue":"q"}]', '[]'])
      expect(brokerDeath(messageWith({ 'x-death': claim }))).toBeUndefined();
    expect(brokerDeath(messageWith({}))).toBeUndefined();
  });
});
