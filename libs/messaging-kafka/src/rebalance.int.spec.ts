import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Subscription } from '@waybill/messaging';
import { numbered, Recorder, textOf, untilAnswered } from '@waybill/test-kit';
import { TestKafka } from './testing/test-kafka.js';

const quick = { sessionTimeoutMs: 10_000, heartbeatIntervalMs: 200 };

describe('when the members of a Kafka group change', () => {
  let kafka: TestKafka;
  beforeEach(async () => void (kafka = await TestKafka.open()));
  afterEach(() => kafka.close());

  const join = async (subscription: Subscription, recorder: Recorder) => {
    const consumer = kafka.adapter(quick).consumer(subscription, recorder.take);
    await consumer.start();
    return consumer;
  };

  it('deliveries of before are no longer current, settling them changes nothing, and all come again', async () => {
    const topic = await kafka.topic(4);
    const subscription = kafka.subscription(topic);
    const [first, second] = [new Recorder(), new Recorder()];
    await kafka.adapter().publisher('test').publish(numbered(topic, 200));
    await join(subscription, first);
    const before = [...(await first.atLeast(200))];

    await join(subscription, second);
    await untilAnswered(() => before.every(({ current }) => !current) || undefined);
    for (const delivery of before) await delivery.done();
    await untilAnswered(() => first.deliveries.length - 200 + second.deliveries.length >= 200 || undefined);

    const again = [...first.deliveries.slice(200), ...second.deliveries];
    expect(again.map(textOf).sort()).toEqual(before.map(textOf).sort());
    expect(first.deliveries.length).toBeGreaterThan(200);
    expect(second.deliveries.length).toBeGreaterThan(0);
    expect(again.every(({ current }) => current)).toBe(true);
    expect(await kafka.committed(subscription.name, topic)).toEqual([-1, -1, -1, -1]);
  });

  it('under load nothing is lost over all members that come and go', async () => {
    const topic = await kafka.topic(6);
    const subscription = kafka.subscription(topic, { prefetch: 100 });
    const settled = new Set<string>();
    const working = (): Recorder =>
      new Recorder((delivery) =>
        setTimeout(() => {
          if (delivery.current) settled.add(textOf(delivery));
          void delivery.done();
        }, Math.random() * 20),
      );
    const publisher = kafka.adapter().publisher('test');
    const messages = numbered(topic, 4_000);
    await join(subscription, working());

    for (const round of [0, 1, 2, 3]) {
      const part = messages.slice(round * 1_000, (round + 1) * 1_000);
      const [member] = await Promise.all([join(subscription, working()), publisher.publish(part)]);
      await untilAnswered(() => settled.size > round * 1_000 + 300 || undefined);
      if (round % 2 === 0) await member.close();
    }

    await untilAnswered(() => settled.size === messages.length || undefined);
    const end = async () => (await kafka.committed(subscription.name, topic)).reduce((a, b) => a + b, 0);
    await untilAnswered(async () => (await end()) === messages.length || undefined);
  }, 90_000);

  it('a partition that was paused as it left and comes back is read again', async () => {
    const topic = await kafka.topic(2);
    const subscription = kafka.subscription(topic, { prefetch: 2 });
    const first = new Recorder();
    const publisher = kafka.adapter().publisher('test');
    await publisher.publish(numbered(topic, 50));
    await join(subscription, first);
    const full = [...(await first.atLeast(2))];

    const other = await join(subscription, Recorder.settling());
    await untilAnswered(() => full.every(({ current }) => !current) || undefined);
    await other.close();
    const settled = new Set<string>();
    await untilAnswered(async () => {
      for (const delivery of first.deliveries) if (delivery.current) settled.add(textOf(delivery));
      await Promise.all(first.deliveries.filter(({ current }) => current).map((each) => each.done()));
      const committed = await kafka.committed(subscription.name, topic);
      return committed.reduce((sum, offset) => sum + Math.max(0, offset), 0) === 50 || undefined;
    });
  });
});
