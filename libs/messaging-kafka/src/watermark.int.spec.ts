import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { numbered, Recorder, untilAnswered } from '@waybill/test-kit';
import { TestKafka } from './testing/test-kafka.js';

describe('what a Kafka consumer commits', () => {
  let kafka: TestKafka;
  beforeEach(async () => void (kafka = await TestKafka.open()));
  afterEach(() => kafka.close());

  it('is the watermark: what is above the first unsettled one comes again, whatever the order', async () => {
    const topic = await kafka.topic(1);
    const subscription = kafka.subscription(topic);
    await kafka.adapter().publisher('test').publish(numbered(topic, 10));
    const [first, second] = [new Recorder(), new Recorder()];
    const consumer = kafka.adapter().consumer(subscription, first.take);
    await consumer.start();
    const deliveries = await first.atLeast(10);

    for (const index of [9, 1, 2, 6]) await deliveries[index]!.done();
    await deliveries[0]!.done();
    await untilAnswered(async () => (await kafka.committed(subscription.name, topic))[0] === 3 || undefined);
    await deliveries[4]!.done();
    await consumer.close();

    expect(await kafka.committed(subscription.name, topic)).toEqual([3]);
    await kafka.adapter().consumer(subscription, second.take).start();
    await second.atLeast(7);
    expect(second.texts).toEqual(['3', '4', '5', '6', '7', '8', '9']);
  });

  it('includes at close what was settled last', async () => {
    const topic = await kafka.topic(2);
    const subscription = kafka.subscription(topic);
    await kafka.adapter().publisher('test').publish(numbered(topic, 100));
    const recorder = new Recorder();
    const consumer = kafka.adapter({ commitIntervalMs: 60_000 }).consumer(subscription, recorder.take);
    await consumer.start();

    for (const delivery of await recorder.atLeast(100)) await delivery.done();
    await consumer.close();

    const committed = await kafka.committed(subscription.name, topic);
    expect(committed.reduce((sum, offset) => sum + offset, 0)).toBe(100);
  });
});
