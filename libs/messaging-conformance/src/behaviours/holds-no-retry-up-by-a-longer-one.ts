import { deepEqual } from 'node:assert/strict';
import type { Behaviour } from '../behaviour.js';
import { dueIn } from '../hop-headers.js';

export const holdsNoRetryUpByALongerOne: Behaviour = {
  name: 'holds no retry up by an earlier one that waits longer',
  async run(world) {
    const delaysMs = [200, 3_000];
    const trial = await world.trial({ terminal: false, order: 'key', onFailingKey: 'overtake', delaysMs });
    await trial.publish(...world.heldTogether('long', 'short'));
    const taken = await trial.consume();
    const [long, short] = await taken.atLeast(2);
    await long!.retryLater(3_000, dueIn(3_000));
    await long!.done();
    await short!.retryLater(200, dueIn(200));
    await short!.done();
    await taken.atLeast(4);
    deepEqual(taken.texts, ['long', 'short', 'short', 'long']);
  },
};
