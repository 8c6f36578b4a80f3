import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { systemClock, type Subscription } from '@waybill/messaging';
import { eventually, numbered, Recorder, SqsFault, StrictSqs } from '@waybill/test-kit';
import { TestQueues } from './testing/test-queues.js';

describe('several messages of one group in one answer', () => {
  let server: StrictSqs;
  let queues: TestQueues;
  let recorder: Recorder;
  let subscription: Subscription;
  beforeEach(async () => {
    server = await StrictSqs.start();
    queues = new TestQueues(server.endpoint);
    recorder = new Recorder();
    subscription = await queues.subscription();
    const publisher = queues.adapter().publisher('test');
    await publisher.publish(numbered(subscription.name, 5, () => 'customer-1'));
  });
  afterEach(async () => {
    await queues.close();
    await server.stop();
  });

  const consumer = (options = {}, take = recorder.take) =>
    queues.adapter({ waitSeconds: 1, ...options }).consumer(subscription, take);

  test('come in order; when the receipt of the third goes stale, it and those behind it are given up', async () => {
    await consumer({ visibilitySeconds: 2 }).start();
    const held = await recorder.atLeast(5);
    expect(recorder.texts).toEqual(['0', '1', '2', '3', '4']);
    for (const delivery of held.slice(0, 2)) await delivery.done();
    server.onRequest = (action) => {
      if (action === 'ChangeMessageVisibilityBatch')
        throw new SqsFault('InternalError', 'no renewal gets through');
    };
    await eventually(() =>
      expect(held.slice(2).map(({ current }) => current)).toEqual([false, false, false]),
    );
    server.onRequest = () => undefined;
    await held[3]!.done(); // settles nothing any more
    await recorder.atLeast(8);
    expect(recorder.texts.slice(5)).toEqual(['2', '3', '4']);
  });

  test('settle nothing once their time is up by our clock, whatever SQS would still take', async () => {
    let aheadMs = 0;
    const clock = { now: () => Date.now() + aheadMs, wait: systemClock.wait };
    await consumer({ visibilitySeconds: 60, clock }).start();
    const held = await recorder.atLeast(5);
    const asked: string[] = [];
    server.onRequest = (action) => void asked.push(action);
    aheadMs = 61_000;
    await held[3]!.done();
    expect(held[3]!.current).toBe(false);
    expect(asked).not.toContain('DeleteMessageBatch');
  });

  test('are the same again when an answer is lost on its way', async () => {
    let lost = 0;
    server.losesAnswer = (action) => action === 'ReceiveMessage' && lost++ === 0;
    await consumer({ visibilitySeconds: 60 }).start();
    await recorder.atLeast(5);
    expect(recorder.texts).toEqual(['0', '1', '2', '3', '4']);
    expect(recorder.deliveries[0]!.origin.redelivered).toBe(false);
  });
});
