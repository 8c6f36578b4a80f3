import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { numbered } from '@waybill/test-kit';
import { TestKafka } from './testing/test-kafka.js';

let kafka: TestKafka;
beforeEach(async () => void (kafka = await TestKafka.open()));
afterEach(() => kafka.close());

const lingerMs = 10_000;
const statuses = (results: readonly { status: string }[]) => [
  ...new Set(results.map(({ status }) => status)),
];

/** Connected, with the topic known, so that what comes next leaves at once. */
async function warm(topic: string) {
  const publisher = kafka.adapter({ lingerMs }).publisher('test');
  await publisher.publish(numbered(topic, 1));
  return publisher;
}

test.each(['while another send is in flight', 'while it lingers already'])(
  'what was handed over %s is sent without lingering on, and answered when the flush ends',
  async (moment) => {
    const topic = await kafka.topic(1);
    const publisher = await warm(topic);
    const first = publisher.publish(numbered(topic, 1));
    await Promise.resolve(); // the first has left by then, and the second waits for company
    const second = publisher.publish(numbered(topic, 5));
    if (moment.includes('lingers')) await first;
    const startedAt = performance.now();
    expect(await publisher.flush(30_000)).toBe(0);
    expect(performance.now() - startedAt).toBeLessThan(lingerMs / 2);
    expect(await kafka.contents(topic)).toHaveLength(7);
    expect(statuses(await second)).toEqual(['confirmed']);
  },
);

test('a flush ends while others go on handing over', async () => {
  const topic = await kafka.topic(1);
  const publisher = kafka.adapter().publisher('test');
  let state: 'busy' | 'done' = 'busy';
  const busy = Array.from({ length: 3 }, async () => {
    while (state === 'busy') await publisher.publish(numbered(topic, 20));
  });
  expect(await publisher.flush(20_000)).toBe(0);
  state = 'done';
  await Promise.all(busy);
}, 30_000);

test('what is refused is answered', async () => {
  const publisher = kafka.adapter().publisher('test');
  const refused = publisher.publish(numbered(`absent-${randomUUID()}`, 2));
  expect(await publisher.flush(30_000)).toBe(0);
  expect(statuses(await refused)).toEqual(['refused']);
});

test('brokers that do not answer hold a flush up for its time only; it tells how many it leaves in flight', async () => {
  const [topic, proxies] = [await kafka.topic(1), await kafka.proxies()];
  const broker = kafka.adapter({ socketFactory: proxies.socketFactory, requestTimeoutMs: 1_000 });
  const publisher = broker.publisher('test');
  await publisher.publish(numbered(topic, 1));
  proxies.swallowAnswers();
  const lost = publisher.publish(numbered(topic, 3));
  const startedAt = performance.now();
  expect(await publisher.flush(200)).toBe(3);
  expect(performance.now() - startedAt).toBeLessThan(1_000);

  // Answered, too, once it is known that nobody knows.
  expect(await publisher.flush(30_000)).toBe(0);
  expect(statuses(await lost)).toEqual(['unknown']);
  proxies.pass();
  expect(statuses(await publisher.publish(numbered(topic, 1)))).toEqual(['confirmed']);
}, 60_000);

test('with nothing handed over, and after the end, there is nothing to wait for', async () => {
  const publisher = kafka.adapter().publisher('test');
  expect(await publisher.flush(0)).toBe(0);
  await publisher.close();
  expect(await publisher.flush(0)).toBe(0);
});

test('a publisher that is closed does not linger', async () => {
  const topic = await kafka.topic(1);
  const publisher = await warm(topic);
  const first = publisher.publish(numbered(topic, 1));
  await Promise.resolve();
  const second = publisher.publish(numbered(topic, 1));
  await first;
  const startedAt = performance.now();
  await publisher.close();
  expect(performance.now() - startedAt).toBeLessThan(lingerMs / 2);
  expect(statuses(await second)).toEqual(['confirmed']);
});
