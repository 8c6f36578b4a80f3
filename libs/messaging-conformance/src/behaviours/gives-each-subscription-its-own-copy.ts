import { deepEqual } from 'node:assert/strict';
import type { Behaviour } from '../behaviour.js';

export const givesEachSubscriptionItsOwnCopy: Behaviour = {
  name: 'gives each subscription of an address its own copy, settled apart',
  needs: ['fansOut'],
  async run(world) {
    const [one, other] = await world.trials({ order: 'key' }, { order: 'key' });
    await one!.publish('a', 'b');
    const [first, second] = [await one!.consume(), await other!.consume()];
    await first.atLeast(2);
    await first.settleAll();
    await second.atLeast(2);
    deepEqual(
      [first.texts, second.texts],
      [
        ['a', 'b'],
        ['a', 'b'],
      ],
    );
  },
};
