import { equal } from 'node:assert/strict';
import type { RawDelivery } from '@waybill/messaging';
import type { Behaviour } from '../behaviour.js';
import { messageOf, numbers } from '../messages.js';

const keys = ['a', 'b', 'c', 'd', 'e', 'f'];

export const keepsAKeyWithOneConsumer: Behaviour = {
  name: 'keeps a key with one consumer at a time, in order, while several share the rest',
  needs: ['keepsKeyOrder'],
  async run(world) {
    const trial = await world.trial({ order: 'key', prefetch: 10 });
    const seen = new Map<string, Set<number>>();
    const order = new Map<string, string[]>();
    const noteAs = (consumer: number) => (delivery: RawDelivery) => {
      const { key, body } = delivery.message;
      seen.set(key, (seen.get(key) ?? new Set()).add(consumer));
      order.set(key, [...(order.get(key) ?? []), Buffer.from(body).toString()]);
      setTimeout(() => void delivery.done(), 2);
    };
    for (const consumer of [0, 1])
      await trial.consume({ connection: await world.connect(), onDelivery: noteAs(consumer) });
    const texts = numbers(10);
    await trial.publish(...texts.flatMap((each) => keys.map((key) => messageOf(each, { key }))));
    await world.eventually(() => equal([...order.values()].flat().length, keys.length * texts.length));
    for (const key of keys) {
      equal(order.get(key)!.join(), texts.join(), `the order of ${key}`);
      equal(seen.get(key)!.size, 1, `the consumers of ${key}`);
    }
  },
};
