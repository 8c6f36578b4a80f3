import { equal, ok } from 'node:assert/strict';
import type { Behaviour } from '../behaviour.js';
import { numbers } from '../messages.js';

export const holdsNoMoreThanThePrefetch: Behaviour = {
  name: 'hands over at most a prefetch of unsettled deliveries',
  async run(world) {
    const prefetch = 4;
    const trial = await world.trial({ prefetch });
    await trial.publish(...numbers(40));
    let held = 0;
    let most = 0;
    const taken = await trial.consume({
      onDelivery: (delivery) => {
        most = Math.max(most, ++held);
        setTimeout(() => {
          held--;
          void delivery.done();
        }, 5);
      },
    });
    await taken.atLeast(40);
    ok(most <= prefetch, `${most} deliveries were held at once`);
    equal(new Set(taken.texts).size, 40);
  },
};
