import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { messageOf } from '@waybill/test-kit';
import { TestKafka } from './testing/test-kafka.js';

describe('a publish whose answer is lost beyond all retries', () => {
  let kafka: TestKafka;
  beforeEach(async () => void (kafka = await TestKafka.open()));
  afterEach(() => kafka.close());

  const texts = async (topic: string) => (await kafka.contents(topic)).map(({ value }) => value!.toString());

  it('is unknown, and the next one to its partition is written and not swallowed as its duplicate', async () => {
    const [topic, proxies] = [await kafka.topic(1), await kafka.proxies()];
    const broker = kafka.adapter({ socketFactory: proxies.socketFactory, requestTimeoutMs: 300 });
    const publisher = broker.publisher('test');
    const publish = async (text: string) =>
      (await publisher.publish([{ address: topic, message: messageOf(text) }]))[0]!;
    expect(await publish('first')).toMatchObject({ status: 'confirmed' });

    proxies.swallowAnswers();
    const lost = publish('answer lost');
    await new Promise(setImmediate); // the send has left
    const behind = publish('behind it');
    expect(await lost).toMatchObject({ status: 'unknown', because: { code: 'WAYBILL_KAFKA_UNCONFIRMED' } });
    expect(await behind).toMatchObject({ status: 'unknown' });
    expect(broker.health().state).toBe('disconnected');
    proxies.pass();

    expect(await publish('next')).toEqual({ status: 'confirmed', partition: 0, offset: '2' });
    expect(await texts(topic)).toEqual(['first', 'answer lost', 'next']);
    expect(broker.health().state).toBe('connected');
  }, 60_000);

  it('control: a plain idempotent kafkajs producer confirms the next one and loses it', async () => {
    const [topic, proxies] = [await kafka.topic(1), await kafka.proxies()];
    const client = kafka.plainBy(proxies);
    const producer = client.producer({ idempotent: true, maxInFlightRequests: 1, retry: { retries: 2 } });
    kafka.closeLater(() => producer.disconnect());
    await producer.connect();
    const publish = (text: string) => producer.send({ topic, messages: [{ value: text }] });
    await publish('first');

    proxies.swallowAnswers();
    await expect(publish('answer lost')).rejects.toThrow();
    proxies.pass();
    const [confirmed] = await publish('next');

    expect(confirmed).toMatchObject({ errorCode: 0 });
    expect(await texts(topic)).toEqual(['first', 'answer lost']);
  }, 60_000);
});
