import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { RawDelivery } from '@waybill/messaging';
import { Recorder, untilAnswered } from '@waybill/test-kit';
import { TestKafka } from './testing/test-kafka.js';

const count = 1_200;
const span = 500;

describe('what a dead process may have had in hand of a Kafka partition', () => {
  let kafka: TestKafka;
  beforeEach(async () => void (kafka = await TestKafka.open()));
  afterEach(() => kafka.close());

  const of = (partition: number, { deliveries }: Recorder) =>
    deliveries.filter(({ origin }) => origin.partition === partition);
  const offsetOf = ({ origin }: RawDelivery) => Number(origin.offset);
  const isStuck = (delivery: RawDelivery) => delivery.origin.partition === 0 && offsetOf(delivery) === 0;

  /** Two partitions of `count` messages; the first consumer settles all but the first message of the first. */
  const open = async () => {
    const topic = await kafka.topic(2);
    for (const partition of [0, 1])
      await kafka.send(topic, ...Array.from({ length: count }, () => ({ partition, value: 'x' })));
    const subscription = kafka.subscription(topic, { prefetch: 100 });
    const first: Recorder = new Recorder(
      (delivery) => void (isStuck(delivery) || setImmediate(() => first.settle(delivery))),
    );
    const consumer = kafka.adapter().consumer(subscription, first.take);
    await consumer.start();
    await untilAnswered(() => of(1, first).length === count || undefined);
    await untilAnswered(() => of(0, first).length >= span || undefined);
    return { subscription, first, consumer };
  };

  it('is bounded: nothing far beyond the first uncommitted offset is handed over; other partitions go on', async () => {
    const { first } = await open();
    expect(of(0, first).map(offsetOf)).toEqual([...Array(span).keys()]);

    first.settle(first.deliveries.find(isStuck)!);
    await untilAnswered(() => of(0, first).length === count || undefined);
    expect(of(0, first).map(offsetOf)).toEqual([...Array(count).keys()]);
  });

  it('is told as redelivered, all of it and nothing else', async () => {
    const { subscription, consumer } = await open();
    await consumer.close();
    const second = Recorder.settling();
    await kafka.adapter().consumer(subscription, second.take).start();
    await untilAnswered(() => of(0, second).length === count || undefined);

    const redelivered = of(0, second).filter(({ origin }) => origin.redelivered);
    expect(redelivered.map(offsetOf)).toEqual([...Array(span).keys()]);
  });
});
