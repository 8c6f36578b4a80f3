import { deepEqual } from 'node:assert/strict';
import type { Behaviour } from '../behaviour.js';

export const stopsTaking: Behaviour = {
  name: 'takes no more once it is told to stop, and still settles what it holds',
  needs: ['fansOut'],
  async run(world) {
    const [trial, witness] = await world.trials({ order: 'key' }, { order: 'key' });
    const [taken, witnessed] = [await trial!.consume(), await witness!.consume()];
    await trial!.publish('held');
    await taken.next();
    await taken.consumer.stopTaking();
    await trial!.publish('after');
    await witnessed.atLeast(2);
    await taken.settleAll();
    await taken.consumer.close();
    const next = await trial!.consume();
    await next.next();
    deepEqual([taken.texts, next.texts], [['held'], ['after']]);
  },
};
