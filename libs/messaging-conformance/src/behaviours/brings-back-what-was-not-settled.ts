import { equal } from 'node:assert/strict';
import type { Behaviour } from '../behaviour.js';
import { textOf } from '../messages.js';

export const bringsBackWhatWasNotSettled: Behaviour = {
  name: 'brings back what was not settled when its consumer closes, also when later ones were',
  async run(world) {
    const trial = await world.trial({ order: 'key' });
    await trial.publish(...world.heldTogether('a', 'b', 'c'));
    const taken = await trial.consume();
    const [, b, c] = await taken.atLeast(3);
    await Promise.all([b!.done(), c!.done()]);
    await taken.consumer.close();
    const again = await trial.consume();
    equal(textOf((await again.next()).message), 'a');
  },
};
