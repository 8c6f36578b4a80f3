import { expect, test } from '@jest/globals';
import { messageOf, textOf } from '@waybill/test-kit';
import { onEachServer } from './testing/on-each-server.js';

onEachServer('publishing to SQS FIFO', (server) => {
  test('envelope, headers, key and bytes come as they went', async () => {
    const subscription = await server.queues.subscription();
    const bodies = ['{"a":"ü"}', '', '\u0000\u0001', '\ufeffmark', 'no \ufffe character'].map((text) =>
      Buffer.from(text),
    );
    const messages = [...bodies, Uint8Array.from([0, 255, 254])].map((body, index) =>
      messageOf('', { body, key: `ключ ${index}`, headers: { tenant: 'a', odd: '\u0007\uffff' } }),
    );
    const results = await server.publish(subscription.name, messages);
    expect(results.map(({ status }) => status)).toEqual(messages.map(() => 'confirmed'));
    await server.consume(subscription);
    const received = await server.recorder.atLeast(messages.length);
    for (const message of messages) {
      const same = received.find(({ message: { key } }) => key === message.key)!.message;
      expect(same).toMatchObject({ attributes: message.attributes, headers: message.headers });
      expect([...same.body]).toEqual([...message.body]);
    }
  });

  test('a message too large, or for a queue that is not there, is refused; others are not held up', async () => {
    const subscription = await server.queues.subscription();
    const [tooLarge, fine] = await server.publish(subscription.name, [
      messageOf('x'.repeat(300_000), { key: 'large' }),
      messageOf('fine', { key: 'small' }),
    ]);
    const [nowhere] = await server.publish('missing.fifo', [messageOf('lost')]);
    expect([tooLarge!.status, fine!.status, nowhere!.status]).toEqual(['refused', 'confirmed', 'refused']);
    expect(nowhere).toMatchObject({ because: { message: expect.stringContaining('missing.fifo') } });
  });

  test('a key keeps its order over one publish and several, and keys do not wait for each other', async () => {
    const subscription = await server.queues.subscription({ prefetch: 50 });
    const batch = (from: number) =>
      Array.from({ length: 12 }, (_, n) =>
        messageOf(String(from + n), { key: n % 3 === 0 ? 'a' : `other ${from + n}` }),
      );
    await server.publish(subscription.name, batch(0));
    await server.publish(subscription.name, batch(12));
    await server.consume(subscription, {}, (deliveries) => {
      server.recorder.take(deliveries);
      for (const delivery of deliveries) void delivery.done();
    });
    await server.recorder.atLeast(24);
    const ofA = server.recorder.deliveries.filter(({ message }) => message.key === 'a').map(textOf);
    expect(ofA).toEqual(['0', '3', '6', '9', '12', '15', '18', '21']);
  });

  test('nothing of a key goes after one that was refused, and the other keys do', async () => {
    const subscription = await server.queues.subscription();
    const [before, tooLarge, behind, other] = await server.publish(subscription.name, [
      messageOf('before'),
      messageOf('x'.repeat(300_000)),
      messageOf('behind'),
      messageOf('other', { key: 'other' }),
    ]);
    expect([before, tooLarge, behind, other].map((result) => result!.status)).toEqual([
      'confirmed',
      'refused',
      'unknown',
      'confirmed',
    ]);
    await server.consume(subscription, {}, (deliveries) => {
      server.recorder.take(deliveries);
      for (const delivery of deliveries) void delivery.done();
    });
    await server.recorder.atLeast(2);
    expect([...server.recorder.texts].sort()).toEqual(['before', 'other']);
  });
});
