import { deepEqual, equal } from 'node:assert/strict';
import type { RawDelivery } from '@waybill/messaging';
import type { Behaviour } from '../behaviour.js';
import { messageOf, numbers } from '../messages.js';

const keys = ['a', 'b', 'c', 'd', 'e', 'f'];

export const keepsAKeyWithOneConsumer: Behaviour = {
  name: 'keeps a key with one consumer at a time, in order, while several share the rest',
  needs: ['keepsKeyOrder'],
  async run(world) {
    const trial = await world.trial({ order: 'key', prefetch: 10 });
    const held = new Map<string, number[]>();
    const together: string[] = [];
    const order = new Map<string, string[]>();
    const noteAs = (consumer: number) => (delivery: RawDelivery) => {
      const { key, body } = delivery.message;
      const holders = held.get(key) ?? [];
      held.set(key, holders);
      if (holders.some((other) => other !== consumer)) together.push(key);
      holders.push(consumer);
      order.set(key, [...(order.get(key) ?? []), Buffer.from(body).toString()]);
      setTimeout(() => {
        holders.splice(holders.indexOf(consumer), 1);
        void delivery.done();
      }, 2);
    };
    for (const consumer of [0, 1])
      await trial.consume({ connection: await world.connect(), onDelivery: noteAs(consumer) });
    const texts = numbers(10);
    await trial.publish(...texts.flatMap((each) => keys.map((key) => messageOf(each, { key }))));
    await world.eventually(() => equal([...order.values()].flat().length, keys.length * texts.length));
    deepEqual(together, [], 'keys that two consumers held at once');
    for (const key of keys) equal(order.get(key)!.join(), texts.join(), `the order of ${key}`);
  },
};
