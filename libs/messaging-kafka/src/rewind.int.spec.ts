import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Subscription } from '@waybill/messaging';
import { Recorder, textOf, untilAnswered } from '@waybill/test-kit';
import { carryOutRewind, lagOf, membersOf, planRewind } from './rewind.js';
import { testBrokers } from './testing/test-environment.js';
import { TestKafka } from './testing/test-kafka.js';

const options = { brokers: testBrokers(), clientId: 'test' };
const hourMs = 3_600_000;

describe('a Kafka group that is rewound', () => {
  let kafka: TestKafka;
  beforeEach(async () => void (kafka = await TestKafka.open()));
  afterEach(() => kafka.close());

  /** Ten messages on each of two partitions, an hour between one and the next; the last is `nowMs`. */
  async function history(nowMs: number): Promise<Subscription> {
    const topic = await kafka.topic(2);
    const messages = Array.from({ length: 20 }, (_, index) => ({
      partition: index % 2,
      value: `${index}`,
      timestamp: String(nowMs - (9 - Math.floor(index / 2)) * hourMs),
    }));
    await kafka.send(topic, ...messages);
    return kafka.subscription(topic);
  }

  const allCommitted = ({ name, addresses: [topic] }: Subscription) =>
    untilAnswered(
      async () => (await kafka.committed(name, topic!)).every((offset) => offset === 10) || undefined,
    );

  async function readAll(subscription: Subscription, count: number) {
    const recorder = Recorder.settling();
    const consumer = kafka.adapter({ commitIntervalMs: 50 }).consumer(subscription, recorder.take);
    await consumer.start();
    await recorder.atLeast(count);
    await allCommitted(subscription);
    await consumer.close();
    return recorder.deliveries
      .map(textOf)
      .map(Number)
      .sort((a, b) => a - b);
  }

  it('reads again from the first message of that time, on every partition, and nothing before', async () => {
    const nowMs = Date.now();
    const subscription = await history(nowMs);
    await readAll(subscription, 20);
    expect(await lagOf(subscription, options)).toBe(0);

    const plan = await planRewind(subscription, { timeMs: nowMs - 2.5 * hourMs }, 0, options);
    expect(plan.map(({ from, to }) => [from, to])).toEqual([
      [10n, 7n],
      [10n, 7n],
    ]);
    await carryOutRewind(subscription, plan, options);
    expect(await lagOf(subscription, options)).toBe(6);
    expect(await readAll(subscription, 6)).toEqual([14, 15, 16, 17, 18, 19]);
  });

  it('moves only the partitions that are named, and never forwards', async () => {
    const subscription = await history(Date.now());
    const topic = subscription.addresses[0]!;
    await readAll(subscription, 20);
    const at = (partition: number, offset: bigint) => ({ topic, partition, offset });

    const plan = await planRewind(subscription, { places: [at(1, 4n)] }, 0, options);
    await carryOutRewind(subscription, plan, options);
    expect(await kafka.committed(subscription.name, topic)).toEqual([10, 4]);
    expect(await planRewind(subscription, { places: [at(1, 9n)] }, 0, options)).toEqual([]);
    await expect(planRewind(subscription, { places: [at(2, 0n)] }, 0, options)).rejects.toThrow(
      `reads no partition 2 of ${topic}`,
    );
  });

  it('is told up to where handled messages are still known', async () => {
    const nowMs = Date.now();
    const subscription = await history(nowMs);
    await readAll(subscription, 20);
    const plan = await planRewind(subscription, { timeMs: 0 }, nowMs - 4.5 * hourMs, options);
    expect(plan.map(({ to, knownFrom }) => [to, knownFrom])).toEqual([
      [0n, 5n],
      [0n, 5n],
    ]);
  });

  it('is left as it was while it has a member, which the brokers themselves see to', async () => {
    const subscription = await history(Date.now());
    const topic = subscription.addresses[0]!;
    const recorder = Recorder.settling();
    const consumer = kafka.adapter({ commitIntervalMs: 50 }).consumer(subscription, recorder.take);
    await consumer.start();
    await recorder.atLeast(20);
    await allCommitted(subscription);

    expect(await membersOf(subscription, options)).toBe(1);
    const plan = await planRewind(subscription, { timeMs: 0 }, 0, options);
    await expect(carryOutRewind(subscription, plan, options)).rejects.toMatchObject({
      code: 'WAYBILL_KAFKA_GROUP_IN_USE',
    });
    expect(await kafka.committed(subscription.name, topic)).toEqual([10, 10]);
    await consumer.close();
    expect(await membersOf(subscription, options)).toBe(0);
  });
});
