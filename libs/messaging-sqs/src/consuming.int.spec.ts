import { expect, test } from '@jest/globals';
import { eventually, messageOf, numbered, Recorder, textOf } from '@waybill/test-kit';
import { onEachServer } from './testing/on-each-server.js';

onEachServer('consuming from SQS FIFO', (server) => {
  test('no more than prefetch are held, and one that is settled makes room', async () => {
    const subscription = await server.queues.subscription({ prefetch: 3 });
    await server.publish(
      subscription.name,
      Array.from({ length: 8 }, (_, n) => messageOf(String(n), { key: `k${n}` })),
    );
    await server.consume(subscription);
    await server.recorder.atLeast(3);
    expect(server.recorder.deliveries).toHaveLength(3);
    await server.recorder.deliveries[0]!.done();
    await server.recorder.atLeast(4);
    expect(server.recorder.deliveries).toHaveLength(4);
  });

  test('closing gives back what is not settled, and nothing of what is', async () => {
    const subscription = await server.queues.subscription();
    await server.publish(
      subscription.name,
      ['a', 'b', 'c'].map((text) => messageOf(text, { key: text })),
    );
    const first = await server.consume(subscription);
    const [settled] = await server.recorder.atLeast(3);
    await settled!.done();
    const closedAt = Date.now();
    await first.close();
    expect(Date.now() - closedAt).toBeLessThan(3_000);
    expect(server.recorder.deliveries.map(({ current }) => current)).toEqual([false, false, false]);
    const again = new Recorder();
    await server.consume(subscription, {}, again.take);
    await again.atLeast(2);
    expect(again.deliveries.map(({ origin }) => origin.redelivered)).toEqual([true, true]);
    expect(again.texts).not.toContain(textOf(settled!));
  });

  test('closing with a long poll under way takes nothing along', async () => {
    const subscription = await server.queues.subscription();
    await server.publish(subscription.name, [messageOf('a')]);
    const first = await server.consume(subscription, { waitSeconds: 20 });
    await server.recorder.atLeast(1);
    await first.close();
    const again = new Recorder();
    await server.consume(subscription, {}, again.take);
    await again.atLeast(1);
  });

  test('a slow handler keeps its message beyond the visibility', async () => {
    const subscription = await server.queues.subscription();
    await server.publish(subscription.name, [messageOf('slow')]);
    await server.consume(subscription, { visibilitySeconds: 2 });
    const [delivery] = await server.recorder.atLeast(1);
    const rival = new Recorder();
    await server.consume(subscription, {}, rival.take);
    const until = Date.now() + 5_000;
    await eventually(() => expect(Date.now()).toBeGreaterThan(until));
    expect(rival.deliveries).toEqual([]);
    expect(delivery!.current).toBe(true);
  });

  test('control messages come one at a time through the inlet', async () => {
    const subscription = await server.queues.subscription();
    const inlet = subscription.name.replace('.fifo', '-inlet.fifo');
    await server.publish(
      inlet,
      numbered(inlet, 2, (n) => `k${n}`).map(({ message }) => message),
    );
    await server.consume(subscription);
    const [first] = await server.recorder.atLeast(1);
    expect(first!.origin).toMatchObject({ via: 'inlet', address: inlet });
    expect(server.recorder.deliveries).toHaveLength(1);
    await first!.done();
    await server.recorder.atLeast(2);
  });

  test('what waits is counted, in the queue and its inlet', async () => {
    const subscription = await server.queues.subscription();
    await server.publish(subscription.name, [messageOf('a', { key: 'a' }), messageOf('b', { key: 'b' })]);
    await server.publish(subscription.name.replace('.fifo', '-inlet.fifo'), [messageOf('c')]);
    const consumer = server.queues.adapter().consumer(subscription, server.recorder.take);
    expect(await consumer.waiting()).toBe(3);
  });
});
