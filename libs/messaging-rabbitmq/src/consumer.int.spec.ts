import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { numbered, Recorder, untilAnswered } from '@waybill/test-kit';
import { TestBroker, subscriptionOf } from './testing/test-broker.js';

const settleAll = (recorder: Recorder) => Promise.all(recorder.deliveries.map((delivery) => delivery.done()));

describe('the RabbitMQ consumer', () => {
  let rabbit: TestBroker;
  beforeEach(async () => void (rabbit = await TestBroker.open()));
  afterEach(() => rabbit.close());

  const filled = async (count: number): Promise<string> => {
    const queue = await rabbit.queue();
    await rabbit.adapter().publisher('test').publish(numbered(queue, count));
    return queue;
  };

  it('shares a queue with others: each message goes to one of them', async () => {
    const queue = await rabbit.queue();
    const recorders = [new Recorder(), new Recorder()];
    const subscription = subscriptionOf(queue, { prefetch: 5 });
    const settling = (recorder: Recorder) => (deliveries: Parameters<Recorder['take']>[0]) => {
      recorder.take(deliveries);
      for (const delivery of deliveries) void delivery.done();
    };
    const consumers = recorders.map((recorder) =>
      rabbit.adapter().consumer(subscription, settling(recorder)),
    );

    await Promise.all(consumers.map((consumer) => consumer.start()));
    // Only now: the first to subscribe may work off a queue before the second has come.
    await rabbit.adapter().publisher('test').publish(numbered(queue, 200));
    await untilAnswered(() => recorders.flatMap(({ texts }) => texts).length >= 200 || undefined);

    expect(new Set(recorders.flatMap(({ texts }) => texts)).size).toBe(200);
    expect(recorders.every(({ texts }) => texts.length > 0)).toBe(true);
  });

  it('is none of the connections that health tells of until it is started', async () => {
    const queue = await filled(1);
    const broker = rabbit.adapter();
    await broker.publisher('another').publish(numbered(queue, 1));
    const consumer = broker.consumer(subscriptionOf(queue), new Recorder().take);
    await untilAnswered(() => broker.health().state === 'connected' || undefined);
    const started = consumer.start();
    expect(broker.health()).toEqual({ state: 'connecting' });
    await started;
    await untilAnswered(() => broker.health().state === 'connected' || undefined);
  });

  it('holds no more than its prefetch, and takes the next when one is settled', async () => {
    const queue = await filled(10);
    const recorder = new Recorder();
    await rabbit
      .adapter()
      .consumer(subscriptionOf(queue, { prefetch: 3 }), recorder.take)
      .start();

    await recorder.atLeast(3);
    await untilAnswered(async () => (await rabbit.depth(queue)) === 7 || undefined);
    expect(recorder.deliveries).toHaveLength(3);

    await recorder.deliveries[1]!.done();
    await recorder.atLeast(4);
    expect(recorder.texts).toEqual(['0', '1', '2', '3']);
  });

  it('gives back at close what is not settled', async () => {
    const queue = await filled(3);
    const [first, second] = [new Recorder(), new Recorder()];
    const consumer = rabbit.adapter().consumer(subscriptionOf(queue), first.take);
    await consumer.start();
    await first.atLeast(3);
    await first.deliveries[0]!.done();
    await consumer.close();

    expect(first.deliveries.every(({ current }) => !current)).toBe(true);
    await settleAll(first); // too late, changes nothing

    await rabbit.adapter().consumer(subscriptionOf(queue), second.take).start();
    await second.atLeast(2);
    expect(second.texts).toEqual(['1', '2']);
    expect(second.deliveries.every(({ origin }) => origin.redelivered)).toBe(true);
  });

  it('resumes by itself after the connection is cut, and old deliveries can settle nothing', async () => {
    const queue = await filled(2);
    const proxy = await rabbit.proxy();
    const recorder = new Recorder();
    await rabbit.adapter({ url: proxy.url }).consumer(subscriptionOf(queue), recorder.take).start();
    const [zero, one] = await recorder.atLeast(2);

    proxy.cut();
    await untilAnswered(() => !zero!.current || undefined);
    await Promise.all([zero!.done(), one!.done()]);
    const again = (await recorder.atLeast(4)).slice(2);

    expect(recorder.texts).toEqual(['0', '1', '0', '1']);
    await Promise.all(again.map((delivery) => delivery.done()));
    await rabbit.adapter().publisher('test').publish(numbered(queue, 1));
    await recorder.atLeast(5);
    expect(rabbit.events.map((event) => event.kind === 'connection' && event.state)).toContain('rebuilt');
  });

  it('waits for a queue that does not exist yet, and subscribes again to one that was deleted', async () => {
    const queue = rabbit.name();
    const recorder = new Recorder();
    const broker = rabbit.adapter();
    const starting = broker.consumer(subscriptionOf(queue), recorder.take).start();
    await untilAnswered(() =>
      rabbit.events.find((event) => event.kind === 'connection' && event.state === 'lost'),
    );

    await rabbit.queue(undefined, queue);
    await starting;
    await rabbit.channel.deleteQueue(queue);
    await untilAnswered(() => broker.health().state === 'disconnected' || undefined);
    await rabbit.queue(undefined, queue);
    rabbit.send(queue, Buffer.from('after'));

    await recorder.atLeast(1);
    expect(recorder.texts).toEqual(['after']);
  });

  it('hands over nothing more once it has stopped taking; what is held can still be settled', async () => {
    const queue = await filled(4);
    const recorder = new Recorder();
    const consumer = rabbit.adapter().consumer(subscriptionOf(queue, { prefetch: 2 }), recorder.take);
    await consumer.start();
    await recorder.atLeast(2);

    await consumer.stopTaking();
    await settleAll(recorder);
    await untilAnswered(
      async () => (await rabbit.channel.checkQueue(queue)).consumerCount === 0 || undefined,
    );
    await consumer.close();

    expect(recorder.texts).toEqual(['0', '1']);
    expect(await rabbit.depth(queue)).toBe(2);
  });

  it('can be closed before the broker was ever reached', async () => {
    const proxy = await rabbit.proxy();
    proxy.refuse();
    const consumer = rabbit.adapter({ url: proxy.url }).consumer(subscriptionOf('never'), () => undefined);
    const starting = consumer.start();

    await consumer.close();

    await expect(starting).rejects.toMatchObject({ code: 'WAYBILL_RABBITMQ_CONNECTION_LOST' });
  });

  it('lets higher priorities overtake on a classic priority queue', async () => {
    const queue = await rabbit.queue({ 'x-queue-type': 'classic', 'x-max-priority': 10 });
    const recorder = new Recorder();
    const batch = numbered(queue, 4).map((each, index) => (index === 3 ? { ...each, priority: 9 } : each));
    await rabbit.adapter().publisher('test').publish(batch);

    await rabbit.adapter().consumer(subscriptionOf(queue), recorder.take).start();
    await recorder.atLeast(4);

    expect(recorder.texts).toEqual(['3', '0', '1', '2']);
  });

  it('keeps the order with a single active consumer: the next takes over where the first left off', async () => {
    const queue = await rabbit.queue({ 'x-queue-type': 'quorum', 'x-single-active-consumer': true });
    await rabbit.adapter().publisher('test').publish(numbered(queue, 4));
    const subscription = subscriptionOf(queue, { prefetch: 3, order: 'key', singleActiveConsumer: true });
    const [active, next] = [new Recorder(), new Recorder()];
    const consumer = rabbit.adapter().consumer(subscription, active.take);
    await consumer.start();
    await active.atLeast(3);
    await rabbit.adapter().consumer(subscription, next.take).start();
    await active.deliveries[0]!.done();
    await active.atLeast(4);
    expect(next.deliveries).toHaveLength(0);

    await consumer.close();
    await next.atLeast(3);
    expect([active.texts, next.texts]).toEqual([
      ['0', '1', '2', '3'],
      ['1', '2', '3'],
    ]);
  });
});
