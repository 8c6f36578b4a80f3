import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { numbered } from '@waybill/test-kit';
import { TestKafka } from './testing/test-kafka.js';

let kafka: TestKafka;
beforeEach(async () => void (kafka = await TestKafka.open()));
afterEach(() => kafka.close());

test('what does not fit into one send follows at once, without lingering', async () => {
  const topic = await kafka.topic(1);
  const publisher = kafka.adapter({ lingerMs: 5_000, batchBytes: 1_000 }).publisher('test');
  await publisher.publish(numbered(topic, 1)); // connected, and the topic is known
  const startedAt = performance.now();
  const results = await publisher.publish(numbered(topic, 50));
  expect(results.every(({ status }) => status === 'confirmed')).toBe(true);
  expect(performance.now() - startedAt).toBeLessThan(4_000);
});
