import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { outboxStatus } from '../outbox-status.js';
import { OutboxBench, toBoth, toKafka, toRabbitmq } from '../testing/outbox-bench.js';
import { confirmed, RecordingPublisher, refused, unknown } from '../testing/recording-publisher.js';

let bench: OutboxBench;
beforeAll(async () => void (bench = await OutboxBench.open()));
afterEach(() => bench.clear());
afterAll(() => bench.close());

describe('the relay', () => {
  test('sends committed rows to their brokers and deletes what is confirmed', async () => {
    const [kafka, rabbitmq] = [new RecordingPublisher(), new RecordingPublisher()];
    const relay = bench.relay({ kafka, rabbitmq });
    await bench.add([
      [toBoth, 'k', 'a'],
      [toKafka, 'k', 'b'],
      [toRabbitmq, 'j', 'c'],
    ]);
    relay.start();
    await Promise.all([
      kafka.until(({ texts }) => texts.length === 2),
      rabbitmq.until(({ texts }) => texts.length === 2),
    ]);
    await relay.stop();
    expect([kafka.texts, rabbitmq.texts]).toEqual([
      ['a', 'b'],
      ['a', 'c'],
    ]);
    expect(await bench.rows()).toEqual([]);
  });
});
void [confirmed, refused, unknown, outboxStatus];
