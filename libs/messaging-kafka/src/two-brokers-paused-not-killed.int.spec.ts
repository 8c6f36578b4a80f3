import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { numbered, Recorder, textOf, untilAnswered } from '@waybill/test-kit';
import { publishAll } from './testing/publish-all.js';
import { TestKafka } from './testing/test-kafka.js';
import { pauseBroker, resumeBroker } from './testing/test-servers.js';

const nodes = [2, 3];

let kafka: TestKafka;
const thrown: unknown[] = [];
const onThrown = (error: unknown) => void thrown.push(error);
beforeEach(async () => {
  kafka = await TestKafka.open();
  process.on('uncaughtException', onThrown).on('unhandledRejection', onThrown);
});
afterEach(async () => {
  process.off('uncaughtException', onThrown).off('unhandledRejection', onThrown);
  await kafka.close();
}, 60_000);

test('while two of three brokers stand still nothing is confirmed; when they wake, all goes on and nothing is missing', async () => {
  const topic = await kafka.topic();
  const broker = kafka.adapter();
  const publisher = broker.publisher('test');
  const handled = new Set<string>();
  const recorder = new Recorder((delivery) =>
    setTimeout(() => {
      if (delivery.current) handled.add(textOf(delivery));
      void delivery.done();
    }, 50),
  );
  const subscription = kafka.subscription(topic);
  await broker.consumer(subscription, recorder.take).start();
  const messages = numbered(topic, 600);
  await publishAll(publisher, messages.slice(0, 400));
  await untilAnswered(() => handled.size > 100 || undefined);

  for (const node of nodes) kafka.closeLater(() => resumeBroker(node));
  for (const node of nodes) await pauseBroker(node);
  const startedAt = Date.now();
  const meanwhile = await publisher.publish(messages.slice(400, 420));
  expect(Date.now() - startedAt).toBeLessThan(30_000);
  expect(new Set(meanwhile.map(({ status }) => status))).toEqual(new Set(['unknown']));
  expect(broker.health().state).toBe('disconnected');
  for (const node of nodes) await resumeBroker(node);

  await publishAll(publisher, messages.slice(400));
  await untilAnswered(() => handled.size === messages.length || undefined, 60_000);
  await untilAnswered(() => broker.health().state === 'connected' || undefined);
  const held = new Set((await kafka.contents(topic)).map(({ value }) => value!.toString()));
  expect(held.size).toBe(messages.length);
  expect(thrown).toEqual([]);
}, 180_000);
