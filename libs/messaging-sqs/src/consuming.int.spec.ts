import { expect, test } from '@jest/globals';
import { messageOf, numbered, Recorder, textOf } from '@waybill/test-kit';
import { onEachServer } from './testing/on-each-server.js';

/** All at once, each on queues of its own: SQS counts in whole seconds. */
onEachServer('consuming from SQS FIFO', (server) => {
  test.concurrent('no more than prefetch are held, and one that is settled makes room', async () => {
    const recorder = new Recorder();
    const subscription = await server.queues.subscription({ prefetch: 3 });
    await server.publish(
      subscription.name,
      Array.from({ length: 8 }, (_, n) => messageOf(String(n), { key: `k${n}` })),
    );
    await server.consume(subscription, {}, recorder.take);
    await recorder.atLeast(3);
    expect(recorder.deliveries).toHaveLength(3);
    await recorder.deliveries[0]!.done();
    await recorder.atLeast(4);
    expect(recorder.deliveries).toHaveLength(4);
  });

  test.concurrent('closing gives back what is not settled, and nothing of what is', async () => {
    const recorder = new Recorder();
    const subscription = await server.queues.subscription();
    await server.publish(
      subscription.name,
      ['a', 'b', 'c'].map((text) => messageOf(text, { key: text })),
    );
    const first = await server.consume(subscription, {}, recorder.take);
    const [settled] = await recorder.atLeast(3);
    await settled!.done();
    const closedAt = Date.now();
    await first.close();
    expect(Date.now() - closedAt).toBeLessThan(3_000);
    expect(recorder.deliveries.map(({ current }) => current)).toEqual([false, false, false]);
    const again = new Recorder();
    await server.consume(subscription, {}, again.take);
    await again.atLeast(2);
    expect(again.deliveries.map(({ origin }) => origin.redelivered)).toEqual([true, true]);
    expect(again.texts).not.toContain(textOf(settled!));
  });

  test.concurrent('closing with a long poll under way takes nothing along', async () => {
    const recorder = new Recorder();
    const subscription = await server.queues.subscription();
    await server.publish(subscription.name, [messageOf('a')]);
    const first = await server.consume(subscription, { waitSeconds: 20 }, recorder.take);
    await recorder.atLeast(1);
    await first.close();
    const again = new Recorder();
    await server.consume(subscription, {}, again.take);
    await again.atLeast(1);
  });

  test.concurrent('a slow handler keeps its message beyond the visibility', async () => {
    const recorder = new Recorder();
    const subscription = await server.queues.subscription();
    await server.publish(subscription.name, [messageOf('slow', { key: 'a' })]);
    const slow = await server.consume(subscription, { visibilitySeconds: 2 }, recorder.take);
    const [delivery] = await recorder.atLeast(1);
    await slow.stopTaking();
    await server.publish(subscription.name, [messageOf('forgotten', { key: 'b' })]);
    await server.queues.takeAndForget(subscription.name, 4);
    const rival = new Recorder();
    await server.consume(subscription, {}, rival.take);
    await rival.atLeast(1); // twice as late as what nobody kept would have come
    expect(rival.texts).toEqual(['forgotten']);
    expect(delivery!.current).toBe(true);
  });

  test.concurrent('control messages come one at a time through the inlet', async () => {
    const recorder = new Recorder();
    const subscription = await server.queues.subscription();
    const inlet = subscription.name.replace('.fifo', '-inlet.fifo');
    await server.publish(
      inlet,
      numbered(inlet, 2, (n) => `k${n}`).map(({ message }) => message),
    );
    await server.consume(subscription, {}, recorder.take);
    const [first] = await recorder.atLeast(1);
    expect(first!.origin).toMatchObject({ via: 'inlet', address: inlet });
    expect(recorder.deliveries).toHaveLength(1);
    await first!.done();
    await recorder.atLeast(2);
  });

  test.concurrent('what waits is counted, in the queue and its inlet', async () => {
    const recorder = new Recorder();
    const subscription = await server.queues.subscription();
    await server.publish(subscription.name, [messageOf('a', { key: 'a' }), messageOf('b', { key: 'b' })]);
    await server.publish(subscription.name.replace('.fifo', '-inlet.fifo'), [messageOf('c')]);
    const consumer = server.queues.adapter().consumer(subscription, recorder.take);
    expect(await consumer.waiting()).toBe(3);
  });
});
