import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { failureHeaders, type Message, type Subscription } from '@waybill/messaging';
import { eventually, messageOf, numbered, Recorder, SqsFault, StrictSqs, textOf } from '@waybill/test-kit';
import { randomUUID } from 'node:crypto';
import { TestQueues, subscriptionOf } from './testing/test-queues.js';

const failure = {
  because: 'no stock',
  errorType: 'RangeError',
  message: 'nothing left',
  stack: 'at …',
  attempts: 3,
  firstFailedAt: '2026-01-01T00:00:00.000Z',
  lastFailedAt: '2026-01-01T00:00:05.000Z',
};

/** A local emulator that people run, and the documented behaviour that it leaves out. */
const servers = {
  fauxqs: async () => ({ endpoint: process.env['AWS_ENDPOINT_URL']!, stop: async () => undefined }),
  'strict SQS': () => StrictSqs.start(),
};

describe.each(Object.entries(servers))('SQS FIFO, as %s answers', (_name, start) => {
  let server: Awaited<ReturnType<typeof start>>;
  let queues: TestQueues;
  let recorder: Recorder;
  beforeAll(async () => void (server = await start()));
  afterAll(() => server.stop());
  beforeEach(() => {
    queues = new TestQueues(server.endpoint);
    recorder = new Recorder();
  });
  afterEach(() => queues.close());

  const publish = (address: string, messages: readonly Message[]) =>
    queues
      .adapter()
      .publisher('test')
      .publish(messages.map((message) => ({ address, message })));
  const consume = async (subscription: Subscription, options = {}, take = recorder.take) => {
    const consumer = queues.adapter(options).consumer(subscription, take);
    await consumer.start();
    return consumer;
  };

  test('envelope, headers, key and bytes come as they went', async () => {
    const subscription = await queues.subscription();
    const bodies = ['{"a":"ü"}', '', '\u0000\u0001', '\ufeffmark', 'no \ufffe character'].map((text) =>
      Buffer.from(text),
    );
    const messages = [...bodies, Uint8Array.from([0, 255, 254])].map((body, index) =>
      messageOf('', { body, key: `ключ ${index}`, headers: { tenant: 'a', odd: '\u0007\uffff' } }),
    );
    const results = await publish(subscription.name, messages);
    expect(results.map(({ status }) => status)).toEqual(messages.map(() => 'confirmed'));
    await consume(subscription);
    const received = await recorder.atLeast(messages.length);
    for (const message of messages) {
      const same = received.find(({ message: { key } }) => key === message.key)!.message;
      expect(same).toMatchObject({ attributes: message.attributes, headers: message.headers });
      expect([...same.body]).toEqual([...message.body]);
    }
  });

  test('a message too large, or for a queue that is not there, is refused; others are not held up', async () => {
    const subscription = await queues.subscription();
    const [tooLarge, fine] = await publish(subscription.name, [
      messageOf('x'.repeat(300_000), { key: 'large' }),
      messageOf('fine', { key: 'small' }),
    ]);
    const [nowhere] = await publish('missing.fifo', [messageOf('lost')]);
    expect([tooLarge!.status, fine!.status, nowhere!.status]).toEqual(['refused', 'confirmed', 'refused']);
    expect(nowhere).toMatchObject({ because: { message: expect.stringContaining('missing.fifo') } });
  });

  test('a key keeps its order over one publish and several, and keys do not wait for each other', async () => {
    const subscription = await queues.subscription({ prefetch: 50 });
    const batch = (from: number) =>
      Array.from({ length: 12 }, (_, n) =>
        messageOf(String(from + n), { key: n % 3 === 0 ? 'a' : `other ${from + n}` }),
      );
    await publish(subscription.name, batch(0));
    await publish(subscription.name, batch(12));
    await consume(subscription, {}, (deliveries) => {
      recorder.take(deliveries);
      for (const delivery of deliveries) void delivery.done();
    });
    await recorder.atLeast(24);
    const ofA = recorder.deliveries.filter(({ message }) => message.key === 'a').map(textOf);
    expect(ofA).toEqual(['0', '3', '6', '9', '12', '15', '18', '21']);
  });

  test('nothing of a key goes after one that was refused, and the other keys do', async () => {
    const subscription = await queues.subscription();
    const [before, tooLarge, behind, other] = await publish(subscription.name, [
      messageOf('before'),
      messageOf('x'.repeat(300_000)),
      messageOf('behind'),
      messageOf('other', { key: 'other' }),
    ]);
    expect([before, tooLarge, behind, other].map((result) => result!.status)).toEqual([
      'confirmed',
      'refused',
      'unknown',
      'confirmed',
    ]);
    await consume(subscription, {}, (deliveries) => {
      recorder.take(deliveries);
      for (const delivery of deliveries) void delivery.done();
    });
    await recorder.atLeast(2);
    expect([...recorder.texts].sort()).toEqual(['before', 'other']);
  });

  test('no more than prefetch are held, and one that is settled makes room', async () => {
    const subscription = await queues.subscription({ prefetch: 3 });
    await publish(
      subscription.name,
      Array.from({ length: 8 }, (_, n) => messageOf(String(n), { key: `k${n}` })),
    );
    await consume(subscription);
    await recorder.atLeast(3);
    expect(recorder.deliveries).toHaveLength(3);
    await recorder.deliveries[0]!.done();
    await recorder.atLeast(4);
    expect(recorder.deliveries).toHaveLength(4);
  });

  test('closing gives back what is not settled, and nothing of what is', async () => {
    const subscription = await queues.subscription();
    await publish(
      subscription.name,
      ['a', 'b', 'c'].map((text) => messageOf(text, { key: text })),
    );
    const first = await consume(subscription);
    const [settled] = await recorder.atLeast(3);
    await settled!.done();
    const closedAt = Date.now();
    await first.close();
    expect(Date.now() - closedAt).toBeLessThan(3_000);
    expect(recorder.deliveries.map(({ current }) => current)).toEqual([false, false, false]);
    const again = new Recorder();
    await consume(subscription, {}, again.take);
    await again.atLeast(2);
    expect(again.deliveries.map(({ origin }) => origin.redelivered)).toEqual([true, true]);
    expect(again.texts).not.toContain(textOf(settled!));
  });

  test('closing with a long poll under way takes nothing along', async () => {
    const subscription = await queues.subscription();
    await publish(subscription.name, [messageOf('a')]);
    const first = await consume(subscription, { waitSeconds: 20 });
    await recorder.atLeast(1);
    await first.close();
    const again = new Recorder();
    await consume(subscription, {}, again.take);
    await again.atLeast(1);
  });

  test('a slow handler keeps its message beyond the visibility', async () => {
    const subscription = await queues.subscription();
    await publish(subscription.name, [messageOf('slow')]);
    await consume(subscription, { visibilitySeconds: 1 });
    const [delivery] = await recorder.atLeast(1);
    const rival = new Recorder();
    await consume(subscription, {}, rival.take);
    const until = Date.now() + 2_500;
    await eventually(() => expect(Date.now()).toBeGreaterThan(until));
    expect(rival.deliveries).toEqual([]);
    expect(delivery!.current).toBe(true);
  });

  test('a dead letter carries its failure, and dying again within five minutes makes another', async () => {
    const subscription = await queues.subscription();
    const message = messageOf('bad', { headers: { tenant: 'a' } });
    await publish(subscription.name, [message]);
    await consume(subscription);
    const [delivery] = await recorder.atLeast(1);
    const headers = failureHeaders(failure, delivery!.origin, subscription.name);
    expect(await delivery!.deadLetter(headers)).toBe(true);
    expect(await delivery!.deadLetter(headers)).toBe(true); // the same death
    expect(await delivery!.deadLetter({ ...headers, 'waybill-operation': randomUUID() })).toBe(true);
    await delivery!.done();

    const dead = new Recorder();
    const name = subscription.name.replace('.fifo', '-dlq.fifo');
    await consume(subscriptionOf(name, { terminal: true, order: 'none' }), {}, (deliveries) => {
      dead.take(deliveries);
      for (const each of deliveries) void each.done();
    });
    await dead.atLeast(2);
    expect(dead.deliveries).toHaveLength(2);
    expect(dead.deliveries[0]!.message).toMatchObject({
      key: message.key,
      attributes: message.attributes,
      headers: { tenant: 'a', 'exception.type': 'RangeError', 'waybill-attempts': '3' },
    });
  });

  test('what other programs wrote is delivered too, with their attributes as headers', async () => {
    const subscription = await queues.subscription();
    const { SQSClient, SendMessageBatchCommand, GetQueueUrlCommand } = await import('@aws-sdk/client-sqs');
    const client = new SQSClient({
      endpoint: server.endpoint,
      region: 'ap-northeast-1',
      useQueueUrlAsEndpoint: false,
    });
    const { QueueUrl } = await client.send(new GetQueueUrlCommand({ QueueName: subscription.name }));
    const attribute = (StringValue: string) => ({ DataType: 'String', StringValue });
    const names = Array.from({ length: 9 }, (_, n) => [`x${n}`, attribute(`${n}`)] as const);
    const entry = {
      Id: '0',
      MessageBody: 'plain',
      MessageGroupId: 'theirs',
      MessageDeduplicationId: randomUUID(),
      MessageAttributes: { ...Object.fromEntries(names), envelope: attribute('{not json') },
    };
    await client.send(new SendMessageBatchCommand({ QueueUrl, Entries: [entry] }));
    client.destroy();
    await consume(subscription);
    const [delivery] = await recorder.atLeast(1);
    expect(delivery!.message).toMatchObject({ key: 'theirs', attributes: {}, headers: { x0: '0', x8: '8' } });
    expect(await delivery!.deadLetter(failureHeaders(failure, delivery!.origin, subscription.name))).toBe(
      true,
    );
  });

  test('control messages come one at a time through the inlet', async () => {
    const subscription = await queues.subscription();
    const inlet = subscription.name.replace('.fifo', '-inlet.fifo');
    await publish(
      inlet,
      numbered(inlet, 2, (n) => `k${n}`).map(({ message }) => message),
    );
    await consume(subscription);
    const [first] = await recorder.atLeast(1);
    expect(first!.origin).toMatchObject({ via: 'inlet', address: inlet });
    expect(recorder.deliveries).toHaveLength(1);
    await first!.done();
    await recorder.atLeast(2);
  });

  test('what waits is counted, in the queue and its inlet', async () => {
    const subscription = await queues.subscription();
    await publish(subscription.name, [messageOf('a', { key: 'a' }), messageOf('b', { key: 'b' })]);
    await publish(subscription.name.replace('.fifo', '-inlet.fifo'), [messageOf('c')]);
    const consumer = queues.adapter().consumer(subscription, recorder.take);
    expect(await consumer.waiting()).toBe(3);
  });
});

describe('several messages of one group in one answer', () => {
  let server: StrictSqs;
  let queues: TestQueues;
  let recorder: Recorder;
  let subscription: Subscription;
  beforeEach(async () => {
    server = await StrictSqs.start();
    queues = new TestQueues(server.endpoint);
    recorder = new Recorder();
    subscription = await queues.subscription();
    const publisher = queues.adapter().publisher('test');
    await publisher.publish(numbered(subscription.name, 5, () => 'customer-1'));
  });
  afterEach(async () => {
    await queues.close();
    await server.stop();
  });

  const consumer = (options = {}, take = recorder.take) =>
    queues.adapter({ waitSeconds: 1, ...options }).consumer(subscription, take);

  test('come in order; when the receipt of the third goes stale, it and those behind it are given up', async () => {
    await consumer({ visibilitySeconds: 1 }).start();
    const held = await recorder.atLeast(5);
    expect(recorder.texts).toEqual(['0', '1', '2', '3', '4']);
    for (const delivery of held.slice(0, 2)) await delivery.done();
    server.onRequest = (action) => {
      if (action === 'ChangeMessageVisibilityBatch')
        throw new SqsFault('InternalError', 'no renewal gets through');
    };
    await eventually(() =>
      expect(held.slice(2).map(({ current }) => current)).toEqual([false, false, false]),
    );
    server.onRequest = () => undefined;
    await held[3]!.done(); // settles nothing any more
    await recorder.atLeast(8);
    expect(recorder.texts.slice(5)).toEqual(['2', '3', '4']);
  });

  test('are the same again when an answer is lost on its way', async () => {
    let lost = 0;
    server.losesAnswer = (action) => action === 'ReceiveMessage' && lost++ === 0;
    await consumer({ visibilitySeconds: 60 }).start();
    await recorder.atLeast(5);
    expect(recorder.texts).toEqual(['0', '1', '2', '3', '4']);
    expect(recorder.deliveries[0]!.origin.redelivered).toBe(false);
  });
});
