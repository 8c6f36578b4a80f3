import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { numbered, Recorder, textOf } from '@waybill/test-kit';
import { TestKafka } from './testing/test-kafka.js';

const count = 6_000;
const keys = 200;

describe('the order of a key', () => {
  let kafka: TestKafka;
  beforeEach(async () => void (kafka = await TestKafka.open()));
  afterEach(() => kafka.close());

  it('is kept over successive publishes of thousands of messages', async () => {
    const topic = await kafka.topic(6);
    const broker = kafka.adapter();
    const publisher = broker.publisher('test');
    const messages = numbered(topic, count, (index) => `customer-${index % keys}`);
    const recorder = Recorder.settling();

    for (let start = 0; start < count; start += 300)
      for (const { status } of await publisher.publish(messages.slice(start, start + 300)))
        expect(status).toBe('confirmed');
    await broker.consumer(kafka.subscription(topic), recorder.take).start();
    await recorder.atLeast(count);

    expect(recorder.deliveries).toHaveLength(count);
    for (const [key, deliveries] of Map.groupBy(recorder.deliveries, ({ message }) => message.key)) {
      const expected = messages.filter(({ message }) => message.key === key);
      expect(deliveries.map(textOf)).toEqual(
        expected.map(({ message }) => Buffer.from(message.body).toString()),
      );
    }
  }, 60_000);

  it('costs a batch little: its messages are written five times as fast as one by one, or faster', async () => {
    const topic = await kafka.topic(6);
    const publisher = kafka.adapter().publisher('test');
    const [few, many] = [50, 3_000].map((size) =>
      numbered(topic, size, (index) => `customer-${index % keys}`),
    );
    await publisher.publish(few!.slice(0, 1)); // connected

    // Both on the same machine at the same time of day, and the best of a few rounds: whatever else it does slows both.
    const speedup = async () => {
      const oneByOneMs = await elapsedMs(async () => {
        for (const each of few!) await publisher.publish([each]);
      });
      const togetherMs = await elapsedMs(async () => void (await publisher.publish(many!)));
      return many!.length / togetherMs / (few!.length / oneByOneMs);
    };
    const rounds = [await speedup(), await speedup(), await speedup()];
    expect(Math.max(...rounds)).toBeGreaterThan(5);
  }, 60_000);

  it('is kept, and no publish is forgotten, when many publish one by one at the same time', async () => {
    const topic = await kafka.topic();
    const publisher = kafka.adapter().publisher('test');
    const writer = async (key: string) => {
      for (const outgoing of numbered(topic, 100, () => key)) await publisher.publish([outgoing]);
    };

    await Promise.all(Array.from({ length: 40 }, (_, index) => writer(`customer-${index}`)));

    const byKey = Map.groupBy(await kafka.contents(topic), ({ key }) => key!.toString());
    expect(byKey.size).toBe(40);
    for (const records of byKey.values())
      expect(records.map(({ value }) => Number(value!.toString()))).toEqual([...Array(100).keys()]);
  }, 60_000);
});

async function elapsedMs(work: () => Promise<void>): Promise<number> {
  const startedAt = performance.now();
  await work();
  return performance.now() - startedAt;
}
