import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { retryAddress, type RawDelivery } from '@waybill/messaging';
import { Recorder } from '@waybill/test-kit';
import { TestKafka } from './testing/test-kafka.js';

describe('a retry in Kafka', () => {
  let kafka: TestKafka;
  beforeEach(async () => void (kafka = await TestKafka.open()));
  afterEach(() => kafka.close());

  const open = async () => {
    const topic = await kafka.topic(1);
    const subscription = kafka.subscription(topic, {
      order: 'none',
      onFailingKey: 'overtake',
      terminal: false,
      delaysMs: [1_500],
    });
    await kafka.besides(subscription);
    const recorder = new Recorder();
    const broker = kafka.adapter();
    await broker.consumer(subscription, recorder.take).start();
    return { topic, subscription, recorder, broker };
  };

  const later = async (delivery: RawDelivery, delayMs: number, dueInMs: number) => {
    const dueAtMs = Date.now() + dueInMs;
    const headers = { 'waybill-due-at': new Date(dueAtMs).toISOString(), 'waybill-attempts': '1' };
    if (await delivery.retryLater(delayMs, headers)) await delivery.done();
    return dueAtMs;
  };

  it('comes back when it is due and not before, as it was, while newcomers go on', async () => {
    const { topic, recorder, subscription } = await open();
    const odd = Buffer.from([0, 255, 128]);
    await kafka.send(topic, { key: 'k', value: odd, headers: { odd } });
    const [first] = await recorder.atLeast(1);
    const dueAtMs = await later(first!, 1_500, 6_000);
    await kafka.send(topic, { key: 'k', value: Buffer.from('newcomer') });

    const [, newcomer] = await recorder.atLeast(2);
    expect(Date.now()).toBeLessThan(dueAtMs);
    expect(Buffer.from(newcomer!.message.body).toString()).toBe('newcomer');

    const [, , again] = await recorder.atLeast(3);
    expect(Date.now()).toBeGreaterThanOrEqual(dueAtMs);
    expect(again!.origin).toMatchObject({ via: 'retry', address: retryAddress(subscription, topic, 1_500) });
    expect([...again!.message.body]).toEqual([0, 255, 128]);
    expect(again!.message).toMatchObject({ key: 'k', headers: { 'waybill-attempts': '1' } });
  });

  it('that is not due keeps nobody from closing, and is delivered to the next', async () => {
    const { topic, recorder, subscription, broker } = await open();
    await kafka.send(topic, { key: 'k', value: 'x' });
    const [first] = await recorder.atLeast(1);
    const dueAtMs = await later(first!, 1_500, 3_000);
    await broker.close();

    const next = new Recorder();
    await kafka.adapter().consumer(subscription, next.take).start();
    await next.atLeast(1);
    expect(Date.now()).toBeGreaterThanOrEqual(dueAtMs);
    expect(next.texts).toEqual(['x']);
  });

  it('and control messages are told apart, and what was read first may have been read before', async () => {
    const { topic, recorder, subscription } = await open();
    await kafka.send(`${topic}.${subscription.name}.inlet`, { key: 'k', value: 'control' });
    const [control] = await recorder.atLeast(1);
    expect(control!.origin).toMatchObject({ via: 'inlet', redelivered: true });
  });

  it('needs its topics, which outlast it; a subscription without them is told so', async () => {
    const topic = await kafka.topic(1);
    const subscription = kafka.subscription(topic, { terminal: false });
    const name = `${topic}.${subscription.name}.dlq`;
    await kafka.createTopic({ name, numPartitions: 1, config: { 'retention.ms': '60000' } });
    const problems = await kafka.adapter().problemsWith(subscription);
    expect(problems.join('\n')).toContain(`topic ${topic}.${subscription.name}.inlet is missing`);
    expect(problems.join('\n')).toContain(`retention.ms of ${name} is 60000, so dead letters vanish`);
    expect(problems).toHaveLength(2);
  });
});
