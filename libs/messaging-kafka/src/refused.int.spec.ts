import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { OutgoingMessage, PublishResult } from '@waybill/messaging';
import { messageOf, numbered } from '@waybill/test-kit';
import { randomUUID } from 'node:crypto';
import { TestKafka } from './testing/test-kafka.js';

const statuses = (results: readonly PublishResult[]) => results.map(({ status }) => status);

describe('a message that Kafka cannot take', () => {
  let kafka: TestKafka;
  beforeEach(async () => void (kafka = await TestKafka.open()));
  afterEach(() => kafka.close());

  const large = (address: string, bytes: number): OutgoingMessage => ({
    address,
    message: messageOf('', { body: new Uint8Array(bytes).map(() => Math.random() * 256) }),
  });

  it.each([
    ['is larger than any broker takes', 'WAYBILL_KAFKA_TOO_LARGE', () => large('any', 1_100_000)],
    [
      'goes to a name that no topic can have',
      'WAYBILL_KAFKA_REFUSED',
      () => ({ address: 'not a topic', message: messageOf('x') }),
    ],
  ])('is refused when it %s; the rest of its batch is confirmed', async (_, code, impossible) => {
    const topic = await kafka.topic();
    const [before, after] = numbered(topic, 2);
    const results = await kafka.adapter().publisher('test').publish([before!, impossible(), after!]);

    expect(statuses(results)).toEqual(['confirmed', 'refused', 'confirmed']);
    expect(results[1]).toMatchObject({ because: { code, kind: 'fatal' } });
  });

  it('is refused when its topic takes less than it has; the rest is confirmed, in order', async () => {
    const topic = await kafka.topic(1, { 'max.message.bytes': '20000' });
    const publisher = kafka.adapter().publisher('test');
    const [first, second, third] = numbered(topic, 3);

    const results = await publisher.publish([first!, large(topic, 30_000), second!, third!]);

    expect(statuses(results)).toEqual(['confirmed', 'refused', 'confirmed', 'confirmed']);
    expect(results[1]).toMatchObject({ because: { code: 'WAYBILL_KAFKA_TOO_LARGE' } });
    expect((await kafka.contents(topic)).map(({ value }) => value!.toString())).toEqual(['0', '1', '2']);
  });

  it('is refused when its topic does not exist, all of one topic together; the rest is confirmed soon', async () => {
    const topic = await kafka.topic();
    const absent = [`absent-${randomUUID()}`, `absent-${randomUUID()}`];
    const broker = kafka.adapter();
    const mixed = numbered(topic, 60).map((outgoing, index) =>
      index % 3 === 0 ? outgoing : { ...outgoing, address: absent[(index % 3) - 1]! },
    );

    const results = await broker.publisher('test').publish(mixed);

    expect(statuses(results)).toEqual(
      mixed.map(({ address }) => (address === topic ? 'confirmed' : 'refused')),
    );
    expect(broker.health().state).toBe('connected');
  });
});
