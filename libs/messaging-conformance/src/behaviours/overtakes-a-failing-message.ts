import { done } from '@waybill/messaging';
import { deepEqual } from 'node:assert/strict';
import type { Behaviour } from '../behaviour.js';

export const overtakesAFailingMessage: Behaviour = {
  name: 'goes on with later messages while a failing one waits, where they may overtake',
  needs: ['database'],
  async run(world) {
    // Longer than any broker takes to bring what was published together.
    const trial = await world.trial({ terminal: false, delaysMs: [1_500] });
    let failures = 1;
    const handling = await trial.run(({ payload }) => {
      if (payload === 'failing' && failures-- > 0) throw new Error('not yet');
      return done();
    });
    await trial.publish('failing', 'later');
    await world.eventually(() => deepEqual(handling.effects, ['later', 'failing']));
  },
};
