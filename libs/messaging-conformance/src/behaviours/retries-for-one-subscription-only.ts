import { deepEqual } from 'node:assert/strict';
import type { Behaviour } from '../behaviour.js';
import { dueIn } from '../hop-headers.js';

export const retriesForOneSubscriptionOnly: Behaviour = {
  name: 'brings a retry back to the subscription that asked for it, and to no other',
  needs: ['fansOut'],
  async run(world) {
    const [trial, other] = await world.trials({ terminal: false }, { terminal: false });
    const [taken, others] = [await trial!.consume(), await other!.consume()];
    await trial!.publish('retried');
    const delivery = await taken.next();
    await delivery.retryLater(200, dueIn(200));
    await delivery.done();
    await taken.next();
    await trial!.publish('last');
    await others.atLeast(2);
    deepEqual(
      [taken.texts.slice(0, 2), others.texts],
      [
        ['retried', 'retried'],
        ['retried', 'last'],
      ],
    );
  },
};
