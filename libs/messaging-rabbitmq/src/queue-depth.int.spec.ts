import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { numbered, Recorder, untilAnswered } from '@waybill/test-kit';
import { queueDepth, type QueueDepth, type QueueDepthReader } from './queue-depth.js';
import { ConnectionLostError } from './rabbitmq.errors.js';
import { subscriptionOf, TestBroker } from './testing/test-broker.js';

describe('the depth of a queue', () => {
  let rabbit: TestBroker;
  const readers: QueueDepthReader[] = [];
  beforeEach(async () => void (rabbit = await TestBroker.open()));
  afterEach(async () => {
    await Promise.all(readers.splice(0).map((reader) => reader.close()));
    await rabbit.close();
  });

  const readerOf = (queue: string, url = rabbit.url): QueueDepthReader => {
    const events = { emit: (event: TestBroker['events'][number]) => void rabbit.events.push(event) };
    const reader = queueDepth(queue, { url, events });
    readers.push(reader);
    return reader;
  };
  /** The next answer; refusals before it are of no interest. */
  const answered = (reader: QueueDepthReader): Promise<QueueDepth> =>
    untilAnswered(() => reader.read().catch(() => undefined));
  const failureOf = (reader: QueueDepthReader): Promise<unknown> =>
    reader.read().then(
      () => undefined,
      (error: unknown) => error,
    );

  it('is what is ready to be delivered, and how many consume', async () => {
    const queue = await rabbit.queue();
    const reader = readerOf(queue);
    await rabbit.adapter().publisher('test').publish(numbered(queue, 7));
    expect(await answered(reader)).toEqual({ messages: 7, consumers: 0 });

    const recorder = new Recorder();
    await rabbit
      .adapter()
      .consumer(subscriptionOf(queue, { prefetch: 3 }), recorder.take)
      .start();
    await recorder.atLeast(3);
    expect(await reader.read()).toEqual({ messages: 4, consumers: 1 });
  });

  it('waits for the connection that it begins with', async () => {
    expect(await readerOf(await rabbit.queue()).read()).toEqual({ messages: 0, consumers: 0 });
  });

  it('costs one connection, however often it is read', async () => {
    const reader = readerOf(await rabbit.queue());
    await answered(reader);
    for (let looks = 0; looks < 20; looks += 1) await reader.read();
    expect(rabbit.events).toEqual([{ kind: 'connection', broker: 'rabbitmq', state: 'connected' }]);
  });

  it('is refused with the reason while the broker is away, and known again when it is back', async () => {
    const proxy = await rabbit.proxy();
    const reader = readerOf(await rabbit.queue(), proxy.url);
    await answered(reader);

    proxy.cut();
    const failure = await untilAnswered(() => failureOf(reader));
    expect(failure).toBeInstanceOf(ConnectionLostError);
    expect(await answered(reader)).toEqual({ messages: 0, consumers: 0 });
  });

  it('of a broker that stands still is given up, and asked for on a new connection', async () => {
    const proxy = await rabbit.proxy();
    const reader = readerOf(await rabbit.queue(), proxy.url);
    await answered(reader);

    proxy.holdAnswers();
    expect(String(await failureOf(reader))).toContain('no answer within 2000 ms');
    proxy.cut();
    proxy.pass();
    expect(await answered(reader)).toEqual({ messages: 0, consumers: 0 });
  });

  it('of a missing queue is told once, however often it is asked for, and there once it is declared', async () => {
    const queue = rabbit.name();
    const reader = readerOf(queue);
    let refusals = 0;
    await untilAnswered(async () => {
      if (String(await failureOf(reader)).includes('NOT_FOUND')) refusals += 1;
      return refusals >= 50 || undefined;
    });
    expect(rabbit.events).toMatchObject([{ kind: 'connection', state: 'lost' }]);

    await rabbit.queue(undefined, queue);
    expect(await answered(reader)).toEqual({ messages: 0, consumers: 0 });
  });
});
