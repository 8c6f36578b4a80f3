import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { inletAddress } from '@waybill/messaging';
import { numbered, Recorder, untilAnswered } from '@waybill/test-kit';
import { TestKafka } from './testing/test-kafka.js';

describe('what waits for a Kafka consumer', () => {
  let kafka: TestKafka;
  beforeEach(async () => void (kafka = await TestKafka.open()));
  afterEach(() => kafka.close());

  it('is what is not handed over, of topics and inlets, and neither what is in hand nor what is settled', async () => {
    const topic = await kafka.topic(2);
    const subscription = kafka.subscription(topic, { terminal: false, prefetch: 3 });
    await kafka.besides(subscription);
    const recorder = new Recorder();
    const consumer = kafka.adapter({ commitIntervalMs: 60_000 }).consumer(subscription, recorder.take);
    await consumer.start();
    expect(await consumer.waiting()).toBe(0);

    await kafka.adapter().publisher('test').publish(numbered(topic, 10));
    await recorder.atLeast(3);
    expect(await consumer.waiting()).toBe(7);
    await kafka.send(inletAddress(subscription, topic), { key: 'k', value: 'control' });
    expect(await consumer.waiting()).toBe(8);

    for (const delivery of recorder.deliveries.slice(0, 3)) recorder.settle(delivery);
    await recorder.atLeast(6);
    expect(await consumer.waiting()).toBe(5);
  });

  it('is nothing at a transaction that was committed or aborted, to this consumer and to its group', async () => {
    const topic = await kafka.topic(1);
    const subscription = kafka.subscription(topic);
    const recorder = Recorder.settling();
    const consumer = kafka.adapter().consumer(subscription, recorder.take);
    await consumer.start();
    const producer = kafka.plain.producer({
      transactionalId: topic,
      idempotent: true,
      maxInFlightRequests: 1,
    });
    await producer.connect();
    kafka.closeLater(() => producer.disconnect());
    const transact = async (value: string, end: 'commit' | 'abort') => {
      const transaction = await producer.transaction();
      await transaction.send({ topic, messages: [{ value }] });
      await transaction[end]();
    };
    await transact('a', 'commit');
    await transact('b', 'abort');

    await recorder.atLeast(1);
    // Two messages and their markers.
    await untilAnswered(async () => (await kafka.committed(subscription.name, topic))[0] === 4 || undefined);
    expect(await consumer.waiting()).toBe(0);
    expect(recorder.texts).toEqual(['a']);
  });
});
