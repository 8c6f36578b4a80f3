import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import { messageOf, numbered, Recorder } from '@waybill/test-kit';
import { TestKafka } from './testing/test-kafka.js';
import { WireTap } from './testing/wire-tap.js';

/** Looks at the requests themselves: an option that kafkajs does not know would be ignored without a word. */
describe('what goes over the wire', () => {
  let kafka: TestKafka;
  let wire: WireTap;
  beforeEach(async () => {
    kafka = await TestKafka.open();
    wire = new WireTap();
  });
  afterEach(() => kafka.close());

  const publisher = (options = {}) =>
    kafka.adapter({ socketFactory: wire.socketFactory, ...options }).publisher('test');

  it('asks for all acknowledgements, compresses with snappy, and is numbered for idempotence', async () => {
    const topic = await kafka.topic(1);
    const publishing = publisher();
    await publishing.publish(numbered(topic, 100));
    await publishing.publish(numbered(topic, 100));
    const batches = wire.produced.flatMap(({ batches }) => batches);
    expect(new Set(wire.produced.map(({ acks }) => acks))).toEqual(new Set([-1]));
    expect(new Set(batches.map(({ codec }) => codec))).toEqual(new Set(['snappy']));
    expect(new Set(batches.map(({ producerId }) => producerId)).size).toBe(1);
    expect(batches[0]!.producerId).toBeGreaterThanOrEqual(0n);
    // A leader that is new to its topic may refuse a batch, which then goes out again under the same number.
    const once = [...new Map(batches.map((batch) => [batch.baseSequence, batch])).values()];
    expect(
      once.reduce((next, { baseSequence, records }) => (expect(baseSequence).toBe(next), next + records), 0),
    ).toBe(200);
  });

  it('holds batches of at most 32 KiB once it knows how bodies shrink, and a larger one only for a single message', async () => {
    const topic = await kafka.topic(2);
    const body = () => randomBytes(3_000); // does not compress
    const outgoing = Array.from({ length: 200 }, (_, index) => ({
      address: topic,
      message: messageOf('', {
        key: `customer-${index}`,
        body: index === 50 ? randomBytes(100_000) : body(),
      }),
    }));
    const publishing = publisher();
    await publishing.publish(outgoing.filter((_, index) => index < 50)); // the limit is what travels, so it has to learn
    wire.produced.length = 0;
    const results = await publishing.publish(outgoing);
    expect(results.every(({ status }) => status === 'confirmed')).toBe(true);
    const batches = wire.produced.flatMap(({ batches }) => batches);
    expect(batches.reduce((sum, { records }) => sum + records, 0)).toBe(200);
    expect(batches.filter(({ bytes, records }) => bytes > 32 * 1024 && records > 1)).toEqual([]);
    expect(Math.max(...batches.map(({ records }) => records))).toBeGreaterThan(5); // and not each alone
  });

  it('is sent again 5 times, 100 ms after each failure, before its fate is called unknown', async () => {
    const topic = await kafka.topic(1);
    const publishing = publisher({ requestTimeoutMs: 300 });
    await publishing.publish(numbered(topic, 1));
    wire.produced.length = 0;
    wire.losesProduce = true;
    const [result] = await publishing.publish(numbered(topic, 1));
    expect(result!.status).toBe('unknown');
    expect(wire.produced).toHaveLength(6);
    const gaps = wire.produced.slice(1).map(({ at }, index) => at - wire.produced[index]!.at);
    for (const gap of gaps) expect(Math.round(gap - 300)).toBeGreaterThanOrEqual(95); // request timeout, then the pause
    expect(Math.min(...gaps)).toBeLessThan(700);
  });

  it('joins its group for a session of 45,000 ms', async () => {
    const subscription = kafka.subscription(await kafka.topic(1));
    const recorder = Recorder.settling();
    const consumer = kafka
      .adapter({ socketFactory: wire.socketFactory })
      .consumer(subscription, recorder.take);
    await consumer.start();
    await consumer.close();
    expect(wire.joined.length).toBeGreaterThan(0);
    expect(new Set(wire.joined.map(({ sessionTimeoutMs }) => sessionTimeoutMs))).toEqual(new Set([45_000]));
  });
});
