import { deepEqual } from 'node:assert/strict';
import type { Behaviour } from '../behaviour.js';

export const bringsNothingSettledAgain: Behaviour = {
  name: 'brings nothing again that was settled before its consumer closed',
  async run(world) {
    const trial = await world.trial({ order: 'key' });
    await trial.publish(...world.heldTogether('a', 'b'));
    const taken = await trial.consume();
    await taken.atLeast(2);
    await taken.settleAll();
    await taken.consumer.close();
    await trial.publish('c');
    const next = await trial.consume();
    await next.next();
    deepEqual(next.texts, ['c']);
  },
};
