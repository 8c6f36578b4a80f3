import { done } from '@waybill/messaging';
import { equal, ok } from 'node:assert/strict';
import type { Behaviour } from '../behaviour.js';
import { messageOf, numbers } from '../messages.js';

export const keepsKeyOrderWithNeighboursParallel: Behaviour = {
  name: 'keeps the order of a key while its neighbours run in parallel',
  needs: ['database'],
  async run(world) {
    const trial = await world.trial({ order: 'key', prefetch: 100 });
    const keys = ['a', 'b', 'c'];
    const texts = numbers(12);
    let running = 0;
    let most = 0;
    const handling = await trial.run(
      async () => {
        most = Math.max(most, ++running);
        await new Promise((resolve) => setTimeout(resolve, 5));
        running--;
        return done();
      },
      { width: 3 },
    );
    await trial.publish(...texts.flatMap((each) => keys.map((key) => messageOf(`${key}${each}`, { key }))));
    await world.eventually(() => equal(handling.effects.length, keys.length * texts.length));
    for (const key of keys)
      equal(
        handling.effects.filter((each) => each.startsWith(key)).join(),
        texts.map((each) => `${key}${each}`).join(),
      );
    ok(most > 1, 'no two keys ran side by side');
  },
};
