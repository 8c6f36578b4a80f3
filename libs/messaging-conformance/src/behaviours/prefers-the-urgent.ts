import { deepEqual } from 'node:assert/strict';
import type { Behaviour } from '../behaviour.js';
import { messageOf } from '../messages.js';

export const prefersTheUrgent: Behaviour = {
  name: 'hands out messages of a higher priority first',
  needs: ['priorities'],
  async run(world) {
    const trial = await world.trial();
    const publisher = await world.publisher();
    const { address } = trial;
    await publisher.publish([
      { address, message: messageOf('slow'), priority: 0 },
      { address, message: messageOf('express'), priority: 9 },
    ]);
    const taken = await trial.consume();
    await taken.atLeast(2);
    deepEqual(taken.texts, ['express', 'slow']);
  },
};
