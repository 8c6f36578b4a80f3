import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Consumer } from '@waybill/messaging';
import { numbered, untilAnswered } from '@waybill/test-kit';
import { CommittedWatch } from './testing/committed-watch.js';
import { Effects } from './testing/effects.js';
import { TestKafka } from './testing/test-kafka.js';

const quick = { sessionTimeoutMs: 10_000, heartbeatIntervalMs: 200, commitIntervalMs: 100 };
const rounds = 12;
const perRound = 150;
const keys = 30;

describe('when members of a Kafka group come and go again and again', () => {
  let kafka: TestKafka;
  beforeEach(async () => void (kafka = await TestKafka.open()));
  afterEach(() => kafka.close());

  it('each message has its effect once, keys stay in order, and no commit is late or early', async () => {
    const topic = await kafka.topic(6);
    const subscription = kafka.subscription(topic);
    const effects = new Effects((key) => (key.endsWith('0') ? 150 : 40));
    const early: string[] = [];
    const watch = new CommittedWatch(kafka, subscription.name, topic, (committed) =>
      committed.forEach((offset, partition) => {
        for (const missing of effects.missingBefore(partition, offset))
          early.push(`${missing} of ${partition} at ${offset}`);
      }),
    );
    const members: Consumer[] = [];
    const join = async () => {
      const consumer = kafka.adapter(quick).consumer(subscription, effects.lanes());
      await consumer.start();
      members.push(consumer);
    };
    const messages = numbered(topic, rounds * perRound, (index) => `customer-${index % keys}`);
    const publisher = kafka.adapter().publisher('test');
    await join();

    for (let round = 0; round < rounds; round++) {
      const published = publisher.publish(messages.slice(round * perRound, (round + 1) * perRound));
      await untilAnswered(() => effects.count > round * perRound - 50 || undefined);
      // The eldest leaves, who leads the group.
      await (round % 3 === 2 ? members.shift()!.close() : join());
      for (const { status } of await published) expect(status).toBe('confirmed');
    }
    await untilAnswered(() => effects.count === messages.length || undefined);
    const sum = (offsets: readonly number[]) => offsets.reduce((total, offset) => total + offset, 0);
    await untilAnswered(() => sum(watch.seen.at(-1)!) === messages.length || undefined);
    await watch.end();

    expect(watch.regressions).toEqual([]);
    expect(early).toEqual([]);
    for (const [key, texts] of effects.byKey) {
      const ofKey = messages.filter(({ message }) => message.key === key);
      expect(texts).toEqual(ofKey.map(({ message }) => Buffer.from(message.body).toString()));
    }
    expect(effects.copies).toBeGreaterThan(0); // or nothing was in hand as the members changed
  }, 90_000);
});
