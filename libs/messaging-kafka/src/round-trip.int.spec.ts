import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { messageOf, numbered, Recorder } from '@waybill/test-kit';
import kafkajs from 'kafkajs';
import { TestKafka } from './testing/test-kafka.js';

describe('a message by Kafka', () => {
  let kafka: TestKafka;
  beforeEach(async () => void (kafka = await TestKafka.open()));
  afterEach(() => kafka.close());

  it('arrives as it left: key, arbitrary bytes, attributes, headers and trace', async () => {
    const topic = await kafka.topic();
    const recorder = new Recorder();
    const message = messageOf('', {
      key: 'Kundin ü',
      headers: { tenant: 'a', note: 'größer' },
      body: Uint8Array.from([0, 255, 254, 128]),
    });
    const broker = kafka.adapter();

    const [result] = await broker.publisher('test').publish([{ address: topic, message }]);
    await broker.consumer(kafka.subscription(topic), recorder.take).start();
    const [delivery] = await recorder.atLeast(1);

    expect(delivery!.message).toEqual({ ...message, body: Buffer.from(message.body) });
    expect(delivery!.current).toBe(true);
    expect(result).toEqual({ status: 'confirmed', partition: expect.any(Number), offset: '0' });
    expect(delivery!.origin).toMatchObject({
      address: topic,
      partition: (result as { partition: number }).partition,
      offset: '0',
    });
  });

  it('is written by the CloudEvents binding: ce_ headers, one traceparent, a content type', async () => {
    const topic = await kafka.topic();
    const message = messageOf('{}');
    await kafka
      .adapter()
      .publisher('test')
      .publish([{ address: topic, message }]);

    const [record] = await kafka.contents(topic);
    const { traceparent, ...envelope } = message.attributes;

    expect(record!.key!.toString()).toBe(message.key);
    expect(textsOf(record!.headers)).toEqual({
      ...Object.fromEntries(Object.entries(envelope).map(([name, value]) => [`ce_${name}`, value])),
      traceparent,
      'content-type': 'application/json',
    });
  });

  it('is delivered as it is when it is foreign: no key, no body, headers of any bytes, any compression', async () => {
    const topic = await kafka.topic(1);
    const producer = kafka.plain.producer();
    await producer.connect();
    const foreign = { key: null, value: null, headers: { odd: Buffer.from([255]), many: ['a', 'b'] } };
    for (const compression of [kafkajs.CompressionTypes.None, kafkajs.CompressionTypes.GZIP])
      await producer.send({ topic, compression, messages: [foreign] });
    await producer.disconnect();
    const recorder = new Recorder();

    await kafka.adapter().consumer(kafka.subscription(topic), recorder.take).start();
    const deliveries = await recorder.atLeast(2);

    for (const { message } of deliveries)
      expect(message).toEqual({
        key: '',
        attributes: {},
        headers: { odd: 'ÿ', many: '["a","b"]' },
        body: new Uint8Array(),
      });
  });

  it('is reported with its partition and offset, each of a batch with its own', async () => {
    const topic = await kafka.topic();
    const results = await kafka.adapter().publisher('test').publish(numbered(topic, 500));

    const places = new Map(
      (await kafka.contents(topic)).map((record) => [
        record.value!.toString(),
        { status: 'confirmed', partition: record.partition, offset: record.offset },
      ]),
    );
    expect(results).toEqual(results.map((_, index) => places.get(String(index))));
  });
});

const textsOf = (headers: Record<string, unknown> = {}): Record<string, string> =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)]));
