import { ok } from 'node:assert/strict';
import type { Behaviour } from '../behaviour.js';

export const settlesEachForItself: Behaviour = {
  name: 'settles each delivery for itself: an earlier one is not settled by a later one',
  async run(world) {
    const trial = await world.trial({ order: 'key' });
    await trial.publish(...world.heldTogether('a', 'b', 'c', 'd'));
    const taken = await trial.consume();
    const [a, , , d] = await taken.atLeast(4);
    await Promise.all([a!.done(), d!.done()]);
    await taken.consumer.close();
    const again = await trial.consume();
    await again.atLeast(2);
    ok(again.texts.includes('b') && again.texts.includes('c'), `came again: ${again.texts.join()}`);
  },
};
