import { deepEqual, equal } from 'node:assert/strict';
import type { Behaviour } from '../behaviour.js';

export const forgivesSettlingTwice: Behaviour = {
  name: 'forgives that a delivery is settled twice, and keeps what else it holds',
  async run(world) {
    const trial = await world.trial({ order: 'key' });
    await trial.publish(...world.heldTogether('twice', 'held'));
    const taken = await trial.consume();
    const [twice, held] = await taken.atLeast(2);
    await twice!.done();
    await twice!.done();
    await trial.publish(...world.heldTogether('after'));
    await taken.next();
    deepEqual(taken.texts, ['twice', 'held', 'after']);
    equal(held!.current, true);
  },
};
