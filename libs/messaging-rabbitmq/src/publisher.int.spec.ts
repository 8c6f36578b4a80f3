import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Publisher, PublishResult } from '@waybill/messaging';
import { messageOf, numbered, untilAnswered } from '@waybill/test-kit';
import {
  ConfirmTimeoutError,
  ConnectionLostError,
  NackedError,
  TooLargeError,
  UnroutableError,
  UnsendableError,
} from './rabbitmq.errors.js';
import { TestBroker } from './testing/test-broker.js';

const statuses = (results: readonly PublishResult[]) => [...new Set(results.map(({ status }) => status))];
const becauseOf = (result: PublishResult | undefined) =>
  result && 'because' in result ? result.because : undefined;

describe('the RabbitMQ publisher', () => {
  let rabbit: TestBroker;
  beforeEach(async () => void (rabbit = await TestBroker.open()));
  afterEach(() => rabbit.close());

  const connected = async (publisher: Publisher, queue: string): Promise<Publisher> => {
    expect(statuses(await publisher.publish(numbered(queue, 1)))).toEqual(['confirmed']);
    return publisher;
  };

  it('confirms a batch of 1,000 on a quorum queue, which has every one of them by then', async () => {
    const queue = await rabbit.queue({ 'x-queue-type': 'quorum' });
    const results = await rabbit.adapter().publisher('test').publish(numbered(queue, 1_000));
    expect(results).toHaveLength(1_000);
    expect(statuses(results)).toEqual(['confirmed']);
    await untilAnswered(async () => (await rabbit.depth(queue)) === 1_000 || undefined);
  });

  it('refuses what no queue takes and confirms the rest of the batch', async () => {
    const [queue, exchange] = [await rabbit.queue(), await rabbit.exchange('topic')];
    const message = messageOf('x');
    const lost = `${exchange}/nobody.listens`;
    const addresses = [queue, lost, 'test-no-such-queue', lost, queue];

    const results = await rabbit
      .adapter()
      .publisher('test')
      .publish(addresses.map((address) => ({ address, message })));

    expect(results.map(({ status }) => status)).toEqual([
      'confirmed',
      'refused',
      'refused',
      'refused',
      'confirmed',
    ]);
    expect(becauseOf(results[2])).toBeInstanceOf(UnroutableError);
    expect(String(becauseOf(results[2]))).toContain('queue "test-no-such-queue"');
  });

  it('refuses what is too large or cannot be written, and goes on with the rest', async () => {
    const queue = await rabbit.queue();
    const results = await rabbit
      .adapter()
      .publisher('test')
      .publish([
        { address: queue, message: messageOf('', { body: new Uint8Array(17 * 1024 * 1024) }) },
        { address: queue, message: messageOf('', { headers: { large: 'x'.repeat(70_000) } }) },
        { address: `e/${'x'.repeat(300)}`, message: messageOf('') },
        { address: queue, message: messageOf('fine', { headers: { CC: 'elsewhere', 'x-death': 'no' } }) },
      ]);

    expect(results.map(({ status }) => status)).toEqual(['refused', 'refused', 'refused', 'confirmed']);
    expect(becauseOf(results[0])).toBeInstanceOf(TooLargeError);
    expect(becauseOf(results[1])).toBeInstanceOf(UnsendableError);
  });

  it('refuses a missing exchange, whose 404 closes the channel, and is soon connected again', async () => {
    const queue = await rabbit.queue();
    const publisher = await connected(rabbit.adapter().publisher('test'), queue);

    const results = await publisher.publish([
      { address: 'test-no-such-exchange/key', message: messageOf('lost') },
      { address: queue, message: messageOf('behind it') },
    ]);

    expect(results.map(({ status }) => status)).toEqual(['refused', 'unknown']);
    expect(statuses(await publisher.publish(numbered(queue, 3)))).toEqual(['confirmed']);
  });

  it('calls a nack unknown, since the queue may have room at the next try', async () => {
    const queue = await rabbit.queue({ 'x-max-length': 1, 'x-overflow': 'reject-publish' });

    const results = await rabbit.adapter().publisher('test').publish(numbered(queue, 3));

    expect(results[0]).toEqual({ status: 'confirmed' });
    expect(becauseOf(results[2])).toBeInstanceOf(NackedError);
  });

  it('settles 1,000 unconfirmed messages as unknown when the connection is cut, and drops late confirms', async () => {
    const queue = await rabbit.queue();
    const proxy = await rabbit.proxy();
    const publisher = await connected(rabbit.adapter({ url: proxy.url }).publisher('test'), queue);
    proxy.holdAnswers();

    const lost = publisher.publish(numbered(queue, 1_000));
    await untilAnswered(async () => (await rabbit.depth(queue)) === 1_001 || undefined);
    const cutAt = Date.now();
    proxy.cut();
    proxy.pass();
    const results = await lost;

    expect(Date.now() - cutAt).toBeLessThan(5_000);
    expect(statuses(results)).toEqual(['unknown']);
    expect(becauseOf(results[0])).toBeInstanceOf(ConnectionLostError);
    expect(rabbit.events).toContainEqual(expect.objectContaining({ kind: 'connection', state: 'lost' }));

    // The new channel counts its tags from 1 again: 1,000 more, of which just one is refused, must match one by one.
    const again = numbered(queue, 1_000).map((each, index) =>
      index === 500 ? { ...each, address: 'test-none' } : each,
    );
    const second = await publisher.publish(again);
    expect(second.findIndex(({ status }) => status === 'refused')).toBe(500);
    expect(second.filter(({ status }) => status === 'confirmed')).toHaveLength(999);
  });

  it('answers unknown in time when the broker is gone, and confirms again when it is back', async () => {
    const queue = await rabbit.queue();
    const proxy = await rabbit.proxy();
    const broker = rabbit.adapter({ url: proxy.url });
    const publisher = await connected(broker.publisher('test'), queue);
    proxy.refuse();
    await untilAnswered(() => broker.health().state === 'disconnected' || undefined);

    expect(statuses(await publisher.publish(numbered(queue, 10)))).toEqual(['unknown']);
    expect(broker.health()).toEqual({ state: 'disconnected', lastError: expect.any(String) });

    proxy.pass();
    expect(statuses(await publisher.publish(numbered(queue, 10)))).toEqual(['confirmed']);
    expect(broker.health()).toEqual({ state: 'connected' });
  });

  it('answers unknown at the timeout when no confirm comes, and ignores the one that comes later', async () => {
    const queue = await rabbit.queue();
    const proxy = await rabbit.proxy();
    const publisher = await connected(
      rabbit.adapter({ url: proxy.url, publishTimeoutMs: 2_000 }).publisher('test'),
      queue,
    );
    proxy.holdAnswers();

    const [result] = await publisher.publish(numbered(queue, 1));
    proxy.pass();

    expect(becauseOf(result)).toBeInstanceOf(ConfirmTimeoutError);
    expect(statuses(await publisher.publish(numbered(queue, 2)))).toEqual(['confirmed']);
    expect(await rabbit.depth(queue)).toBe(4);
  });

  it('stops writing while the socket is full, and goes on after it drains', async () => {
    const queue = await rabbit.queue();
    const publisher = await connected(rabbit.adapter().publisher('test'), queue);
    const body = new Uint8Array(8_192);
    const batch = numbered(queue, 3_000).map(({ address, message }) => ({
      address,
      message: { ...message, body },
    }));

    expect(statuses(await publisher.publish(batch))).toEqual(['confirmed']);
  });

  it('waits at close for what is unconfirmed, and takes nothing afterwards', async () => {
    const queue = await rabbit.queue();
    const publisher = rabbit.adapter().publisher('test');

    const inFlight = publisher.publish(numbered(queue, 500));
    await publisher.close();

    expect(statuses(await inFlight)).toEqual(['confirmed']);
    expect(statuses(await publisher.publish(numbered(queue, 1)))).toEqual(['unknown']);
  });
});
