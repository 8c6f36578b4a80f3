import { deepEqual } from 'node:assert/strict';
import type { Behaviour } from '../behaviour.js';

export const deliversWhatCameBefore: Behaviour = {
  name: 'delivers what was published while nobody consumed, and what comes after',
  async run(world) {
    const trial = await world.trial({ order: 'key' });
    await trial.publish('before');
    const taken = await trial.consume();
    await (await taken.next()).done();
    await trial.publish('after');
    await taken.next();
    deepEqual(taken.texts, ['before', 'after']);
  },
};
