import { deepEqual } from 'node:assert/strict';
import type { Behaviour } from '../behaviour.js';

export const forgivesSettlingTwice: Behaviour = {
  name: 'forgives that a delivery is settled twice',
  async run(world) {
    const trial = await world.trial({ order: 'key', prefetch: 1 });
    await trial.publish('a', 'b', 'c');
    const taken = await trial.consume();
    const first = await taken.next();
    await first.done();
    await first.done();
    const second = await taken.next();
    await second.done();
    await taken.next();
    deepEqual(taken.texts, ['a', 'b', 'c']);
  },
};
