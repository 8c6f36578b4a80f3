import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { failureHeaders, type Message, type Origin } from '@waybill/messaging';
import { messageOf, Recorder } from '@waybill/test-kit';
import type { Options } from 'amqplib';
import { toMessage } from './headers.js';
import { TestBroker } from './testing/test-broker.js';

let rabbit: TestBroker;
let recorder: Recorder;
beforeEach(async () => {
  rabbit = await TestBroker.open();
  recorder = new Recorder();
});
afterEach(() => rabbit.close());

const failure = {
  because: 'b'.repeat(2_000),
  errorType: 'E'.repeat(300),
  message: 'm'.repeat(2_000),
  stack: 's'.repeat(20_000),
  attempts: 1,
  firstFailedAt: '2026-01-01T00:00:00.000Z',
  lastFailedAt: '2026-01-01T00:00:00.000Z',
};
const origin: Origin = { address: 'orders', redelivered: false, via: 'parked' };
const { attributes } = messageOf('');

test.each<[string, Options.Publish]>([
  ['a number below every integer', { headers: { odd: { '!': 'double', value: -1e300 } } }],
  [
    'a number within that is below every integer',
    { headers: { odd: [{ deep: { '!': 'double', value: -1e300 } }] } },
  ],
  ['the last of all times', { headers: { odd: { '!': 'timestamp', value: 2n ** 64n - 1n } } }],
  ['a name that is no text', { headers: { ['\x07'.repeat(200)]: 'odd' } }],
  ['a name within that is no text', { headers: { odd: { ['\x07'.repeat(200)]: 'odd' } } }],
  ['properties that are no texts', { correlationId: '\x07'.repeat(200), appId: 'theirs' }],
])('a stranger’s message with %s goes on, to a retry and to the dead letters', async (_, properties) => {
  const subscription = await rabbit.subscription({ delaysMs: [60_000] });
  await rabbit.sendNoText(subscription.name, properties);
  await rabbit.adapter().consumer(subscription, recorder.take).start();

  const [delivery] = await recorder.atLeast(1);
  expect(await delivery!.retryLater(60_000, { 'waybill-attempts': '1' })).toBe(true);
  expect(await delivery!.deadLetter(failureHeaders(failure, origin, subscription.name))).toBe(true);
  await delivery!.done();

  const dead = await rabbit.next(`${subscription.name}.dlq`);
  expect(dead.content.toString()).toBe('foreign');
  expect(dead.properties.headers).toMatchObject({ 'exception.type': failure.errorType });
});

test.each<[string, Partial<Message>]>([
  ['a type too long for a property', { attributes: { ...attributes, type: 't'.repeat(300) } }],
  ['a content type too long for one', { attributes: { ...attributes, datacontenttype: 'c'.repeat(300) } }],
  ['a time before AMQP’s first', { attributes: { ...attributes, time: '1969-12-31T00:00:00.000Z' } }],
  ['as many headers as came', { headers: { large: 'x'.repeat(63_000) } }],
  ['a name that was no text', { headers: { ['\ufffd'.repeat(200)]: 'odd' } }],
])('what was parked or replayed, with %s, is set aside', async (_, changes) => {
  const queue = await rabbit.queue();
  const message = messageOf('anew', changes);
  const headers = { ...message.headers, ...failureHeaders(failure, origin, queue) };
  const publisher = rabbit.adapter().publisher('test');
  const results = await publisher.publish([{ address: queue, message: { ...message, headers } }]);
  expect(results).toEqual([{ status: 'confirmed' }]);

  const { properties } = await rabbit.next(queue);
  expect(toMessage(properties, message.body).attributes).toEqual(message.attributes);
  expect(properties.headers).toMatchObject({ 'exception.type': failure.errorType });
});
