import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { deadLetterAddress, failureHeaders, type RawDelivery } from '@waybill/messaging';
import { messageOf, Recorder } from '@waybill/test-kit';
import { randomUUID } from 'node:crypto';
import { capabilities } from './capabilities.js';
import { toContent } from './headers.js';
import { subscriptionOf, TestQueues, topologyOf } from './testing/test-queues.js';
import { applySqsTopology } from './topology.js';

const endpoint = process.env['AWS_ENDPOINT_URL']!;
let queues: TestQueues;
beforeAll(() => void (queues = new TestQueues(endpoint)));
afterAll(() => queues.close());

/** A message of so many letters, written by somebody else, that its queue takes by its own limit. */
async function delivered(letters: number, MaximumMessageSize: string): Promise<RawDelivery> {
  const subscription = subscriptionOf(`test-${randomUUID()}.fifo`);
  const { sqs } = topologyOf(subscription);
  const limited = sqs.queues.map((queue) => ({
    ...queue,
    attributes: { ...queue.attributes, MaximumMessageSize },
  }));
  await applySqsTopology({ sqs: { queues: limited } }, { endpoint });
  const client = new SQSClient({ endpoint, region: 'ap-northeast-1', useQueueUrlAsEndpoint: false });
  const { MessageBody, MessageAttributes } = toContent({
    ...messageOf('bad'),
    body: Buffer.alloc(letters, 'x'),
  });
  const QueueUrl = `${endpoint}/000000000000/${subscription.name}`;
  const names = { MessageGroupId: 'k', MessageDeduplicationId: randomUUID() };
  await client.send(new SendMessageCommand({ QueueUrl, MessageBody, MessageAttributes, ...names }));
  client.destroy();
  const recorder = new Recorder();
  await queues.adapter().consumer(subscription, recorder.take).start();
  const [delivery] = await recorder.atLeast(1);
  return delivery!;
}

const told = ({ origin }: RawDelivery) =>
  failureHeaders(
    {
      ...{ because: 'no stock', errorType: 'RangeError', message: 'nothing left', stack: 'x'.repeat(8_000) },
      ...{ attempts: 1, firstFailedAt: '2026-01-01T00:00:00.000Z', lastFailedAt: '2026-01-01T00:00:05.000Z' },
    },
    origin,
    origin.address,
  );

const larger = capabilities.maxMessageBytes + 100_000;

test.each([
  ['larger than we would send', larger],
  ['as large as SQS takes at all', 1_048_000],
])('a message %s is set aside, since its queue has taken it', async (_, letters) => {
  const delivery = await delivered(letters, '1048576');
  expect(await delivery.deadLetter(told(delivery))).toBe(true);
});

test('one that was parked is set aside too', async () => {
  const delivery = await delivered(larger, '1048576');
  const address = deadLetterAddress(subscriptionOf(delivery.origin.address), delivery.origin.address);
  const message = { ...delivery.message, headers: told(delivery) };
  const [result] = await queues.adapter().publisher('parked').publish([{ address, message }]);
  expect(result).toMatchObject({ status: 'confirmed' });
});

test('a queue that takes less than others is told less of a failure', async () => {
  const delivery = await delivered(15_000, '20000');
  expect(await delivery.deadLetter(told(delivery))).toBe(true);
});
