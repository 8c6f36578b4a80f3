import { equal } from 'node:assert/strict';
import type { Behaviour } from '../behaviour.js';
import { dueIn } from '../hop-headers.js';

export const keepsTheOriginalUntilItIsSettled: Behaviour = {
  name: 'keeps the original of a retry until that is settled: dying in between leaves a copy, never a gap',
  async run(world) {
    const trial = await world.trial({ terminal: false });
    await trial.publish('moved');
    const taken = await trial.consume();
    const delivery = await taken.next();
    equal(await delivery.retryLater(200, dueIn(200)), true);
    await taken.consumer.close();
    const again = await trial.consume({ onDelivery: (each) => void each.done() });
    await again.atLeast(2);
    equal(
      again.deliveries
        .map(({ origin }) => origin.via)
        .sort()
        .join(),
      'address,retry',
    );
  },
};
