import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { failureHeaders, type Failure, type RawDelivery } from '@waybill/messaging';
import { Recorder, untilAnswered } from '@waybill/test-kit';
import { randomBytes } from 'node:crypto';
import { TestKafka } from './testing/test-kafka.js';

const failure: Failure = {
  because: 'no stock',
  errorType: 'RangeError',
  message: 'ü'.repeat(2_000),
  stack: 's'.repeat(20_000),
  attempts: 3,
  firstFailedAt: '2026-01-01T00:00:00.000Z',
  lastFailedAt: '2026-01-01T00:00:05.000Z',
};

describe('a dead letter in Kafka', () => {
  let kafka: TestKafka;
  beforeEach(async () => void (kafka = await TestKafka.open()));
  afterEach(() => kafka.close());

  const send = async (
    topic: string,
    ...messages: { key: Buffer | null; value: Buffer | null; headers?: object }[]
  ) => {
    const producer = kafka.plain.producer();
    await producer.connect();
    await producer.send({ topic, messages: messages as never });
    await producer.disconnect();
  };

  it('keeps key, bytes and headers as they came, readable or not, and tells the failure in capped headers', async () => {
    const topic = await kafka.topic(1);
    const subscription = kafka.subscription(topic);
    const deadLetters = await kafka.createTopic({
      name: `${topic}.${subscription.name}.dlq`,
      numPartitions: 1,
    });
    const odd = Buffer.from([255, 254, 0, 128]);
    const original = {
      key: odd,
      value: odd,
      headers: { odd, many: ['a', 'b'], ce_id: 'not an id', 'waybill-failure-reason': 'earlier' },
    };
    await send(topic, original, { key: null, value: null });
    const recorder = new Recorder();
    await kafka.adapter().consumer(subscription, recorder.take).start();

    for (const delivery of await recorder.atLeast(2)) await setAside(delivery, subscription.name);
    const [first, empty] = await kafka.contents(deadLetters);

    expect(first).toMatchObject({ key: odd, value: odd });
    expect(first!.headers).toEqual({
      odd,
      many: [Buffer.from('a'), Buffer.from('b')],
      ce_id: Buffer.from('not an id'),
      ...asBytes({
        'waybill-failure-reason': 'no stock',
        'exception.type': 'RangeError',
        'exception.message': 'ü'.repeat(512),
        'exception.stacktrace': 's'.repeat(8_192),
        'waybill-attempts': '3',
        'waybill-first-failed-at': failure.firstFailedAt,
        'waybill-last-failed-at': failure.lastFailedAt,
        'waybill-original-address': topic,
        'waybill-original-partition': '0',
        'waybill-original-offset': '0',
        'waybill-subscription': subscription.name,
      }),
    });
    expect(empty).toMatchObject({ key: null, value: null });
    await untilAnswered(async () => (await kafka.committed(subscription.name, topic))[0] === 2 || undefined);
  });

  it('is written before its original is committed: without a topic for it, the message is held', async () => {
    const topic = await kafka.topic(1);
    const subscription = kafka.subscription(topic);
    const name = `${topic}.${subscription.name}.dlq`;
    await send(topic, { key: null, value: Buffer.from('held') }, { key: null, value: Buffer.from('next') });
    const recorder = new Recorder();
    await kafka.adapter().consumer(subscription, recorder.take).start();
    const [held, next] = await recorder.atLeast(2);

    await next!.done();
    const settling = setAside(held!, subscription.name);
    await untilAnswered(() => kafka.events.find(({ kind }) => kind === 'publishFailed'));
    expect(await kafka.committed(subscription.name, topic)).toEqual([-1]);

    await kafka.createTopic({ name, numPartitions: 1 });
    await settling;
    expect((await kafka.contents(name)).map(({ value }) => value!.toString())).toEqual(['held']);
    await untilAnswered(async () => (await kafka.committed(subscription.name, topic))[0] === 2 || undefined);
  });

  it.each([
    ['a stack', 4_000, { stack: false, reason: true }],
    ['a word', 0, { stack: false, reason: false }],
  ])(
    'for which there is no room for %s is written without it, all that came untouched',
    async (_, room, kept) => {
      const limited = { 'max.message.bytes': '20000' };
      const topic = await kafka.topic(1, limited);
      const subscription = kafka.subscription(topic);
      const name = `${topic}.${subscription.name}.dlq`;
      await kafka.createTopic({ name, numPartitions: 1, config: limited });
      const headers = { theirs: 'kept', ce_id: 'kept' };
      // Bytes that nothing compresses; some 130 are the batch's and the record's own.
      const [value, stack] = [randomBytes(19_870 - room), randomBytes(6_000).toString('base64')];
      await send(topic, { key: null, value, headers });
      const recorder = new Recorder();
      await kafka.adapter().consumer(subscription, recorder.take).start();
      const [delivery] = await recorder.atLeast(1);

      await setAside(delivery!, subscription.name, { ...failure, stack });

      const [deadLetter] = await kafka.contents(name);
      expect(deadLetter!.value).toEqual(value);
      expect(deadLetter!.headers).toMatchObject(asBytes(headers));
      expect('exception.stacktrace' in deadLetter!.headers!).toBe(kept.stack);
      expect('waybill-failure-reason' in deadLetter!.headers!).toBe(kept.reason);
      await untilAnswered(
        async () => (await kafka.committed(subscription.name, topic))[0] === 1 || undefined,
      );
    },
  );

  it('that was never written ends with the consumer, and the message comes again', async () => {
    const topic = await kafka.topic(1);
    const subscription = kafka.subscription(topic);
    await send(topic, { key: null, value: Buffer.from('again') });
    const [first, second] = [new Recorder(), new Recorder()];
    const consumer = kafka.adapter().consumer(subscription, first.take);
    await consumer.start();
    const [delivery] = await first.atLeast(1);

    const settling = setAside(delivery!, subscription.name);
    await untilAnswered(() => kafka.events.find(({ kind }) => kind === 'publishFailed'));
    await consumer.close();
    await settling;

    await kafka.adapter().consumer(subscription, second.take).start();
    await second.atLeast(1);
    expect(second.texts).toEqual(['again']);
  });
});

/** As the pipeline does: stored with confirm, then settled. */
async function setAside(delivery: RawDelivery, subscription: string, told = failure): Promise<void> {
  const headers = failureHeaders(told, delivery.origin, subscription);
  if (await delivery.deadLetter(headers)) await delivery.done();
}

const asBytes = (headers: Record<string, string>): Record<string, Buffer> =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, Buffer.from(value)]));
