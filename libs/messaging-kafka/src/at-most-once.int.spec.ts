import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { messageOf, numbered, Recorder, untilAnswered } from '@waybill/test-kit';
import { TestKafka } from './testing/test-kafka.js';
import { WireTap } from './testing/wire-tap.js';
import { testBrokers } from './testing/test-environment.js';
import { UnconfirmedPublisher } from './unconfirmed-publisher.js';

const atMostOnce = { guarantee: 'at-most-once', terminal: false, onFailingKey: 'overtake' } as const;

describe('what is wanted at most once on Kafka', () => {
  let kafka: TestKafka;
  beforeEach(async () => void (kafka = await TestKafka.open()));
  afterEach(() => kafka.close());

  it('is committed before it is handed over, so that a death while it is handled loses it and doubles nothing', async () => {
    const topic = await kafka.topic(1);
    const subscription = kafka.subscription(topic, atMostOnce);
    const committedThen: Promise<readonly number[]>[] = [];
    const dying = new Recorder(() => committedThen.push(kafka.committed(subscription.name, topic)));
    const first = kafka.adapter({ commitIntervalMs: 3_600_000 });
    await first.publisher('test').publish(numbered(topic, 5, () => 'k'));
    const consumer = first.consumer(subscription, dying.take);
    await consumer.start();
    await dying.atLeast(5);
    for (const committed of await Promise.all(committedThen)) expect(committed[0]).toBeGreaterThan(0);
    await consumer.close(); // and nothing was ever settled by a handler

    const next = Recorder.settling();
    const second = kafka.adapter();
    await second.publisher('test').publish([{ address: topic, message: messageOf('after', { key: 'k' }) }]);
    await second.consumer(subscription, next.take).start();
    await next.atLeast(1);
    expect(next.texts).toEqual(['after']);
  });

  it('is published without asking for an answer, and read back', async () => {
    const topic = await kafka.topic(1);
    const wire = new WireTap();
    const publisher = new UnconfirmedPublisher(
      { brokers: testBrokers(), clientId: 'test', socketFactory: wire.socketFactory },
      'activity',
    );
    for (const outgoing of numbered(topic, 100)) publisher.publish(outgoing);
    await publisher.close();
    expect(publisher.counts).toEqual({ sent: 100, lost: 0 });
    expect(new Set(wire.produced.map(({ acks }) => acks))).toEqual(new Set([0]));
    const contents = await untilAnswered(async () => {
      const found = await kafka.contents(topic);
      return found.length === 100 ? found : undefined;
    });
    expect(contents).toHaveLength(100);
  });

  it('is counted as lost, at once and without a second try, where no broker answers', async () => {
    const lost: number[] = [];
    const publisher = new UnconfirmedPublisher(
      {
        brokers: ['127.0.0.1:1'],
        clientId: 'test',
        events: { emit: (event) => event.kind === 'publishLost' && lost.push(event.count) },
      },
      'activity',
    );
    for (const outgoing of numbered('any', 10)) publisher.publish(outgoing);
    await publisher.close();
    expect(publisher.counts).toEqual({ sent: 0, lost: 10 });
    expect(lost.reduce((sum, count) => sum + count, 0)).toBe(10);
  });
});
