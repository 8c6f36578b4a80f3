import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { numbered, Recorder } from '@waybill/test-kit';
import { TestKafka } from './testing/test-kafka.js';

describe('the prefetch of a Kafka subscription', () => {
  let kafka: TestKafka;
  beforeEach(async () => void (kafka = await TestKafka.open()));
  afterEach(() => kafka.close());

  const filled = async (count: number): Promise<string> => {
    const topic = await kafka.topic();
    await kafka.adapter().publisher('test').publish(numbered(topic, count));
    return topic;
  };

  it('bounds what is unsettled, and settling brings the next', async () => {
    const [count, prefetch] = [100, 5];
    const topic = await filled(count);
    const recorder = new Recorder();
    const consumer = kafka.adapter().consumer(kafka.subscription(topic, { prefetch }), recorder.take);
    await consumer.start();
    // Fetches go on meanwhile: whatever one of them brings beyond the bound is there when the last has come.
    for (let settled = 0; settled < count; settled += prefetch)
      for (const delivery of (await recorder.atLeast(settled + prefetch)).slice(settled))
        recorder.settle(delivery);
    expect(recorder.mostUnsettled).toBe(prefetch);
    expect(recorder.deliveries).toHaveLength(count);
  });

  it.each([1, 50])('of %i stalls nothing: thousands arrive in seconds, each once', async (prefetch) => {
    const count = 5_000;
    const topic = await filled(count);
    const recorder = Recorder.settling();
    const consumer = kafka.adapter().consumer(kafka.subscription(topic, { prefetch }), recorder.take);
    await consumer.start();

    const startedAt = Date.now();
    await recorder.atLeast(count);

    // A fetch that finds everything paused sleeps for 250 ms: for 50 messages each, that would be 25 s.
    expect(Date.now() - startedAt).toBeLessThan(20_000);
    expect(recorder.mostUnsettled).toBeLessThanOrEqual(prefetch);
    expect(new Set(recorder.texts).size).toBe(count);
    expect(recorder.deliveries).toHaveLength(count);
  });

  it('lets a handler settle at once from within, however much waits', async () => {
    const topic = await filled(5_000);
    const recorder = new Recorder((delivery) => void delivery.done());
    const subscription = kafka.subscription(topic, { prefetch: 2 });
    await kafka.adapter().consumer(subscription, recorder.take).start();

    await recorder.atLeast(5_000);
    expect(recorder.deliveries).toHaveLength(5_000);
  });
});
