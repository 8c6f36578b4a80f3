import { done } from '@waybill/messaging';
import { deepEqual, equal, ok } from 'node:assert/strict';
import type { Behaviour } from '../behaviour.js';

export const retriesUntilItSucceeds: Behaviour = {
  name: 'retries a failing message by its delays, remembers the attempts on the way, and handles it in the end',
  needs: ['database'],
  async run(world) {
    const delaysMs = [200, 300];
    const trial = await world.trial({ terminal: false, delaysMs });
    const runsAt: number[] = [];
    const handling = await trial.run(() => {
      if (runsAt.push(Date.now()) < 3) throw new Error('not yet');
      return done();
    });
    await trial.publish('third time');
    await world.eventually(() => deepEqual(handling.effects, ['third time']));
    deepEqual(
      handling.of('retryLater').map(({ attempts }) => attempts),
      [1, 2],
    );
    equal(runsAt.length, 3);
    // The pipeline's jitter takes off a tenth at most.
    delaysMs.forEach((delayMs, index) => ok(runsAt[index + 1]! - runsAt[index]! >= delayMs * 0.9));
  },
};
