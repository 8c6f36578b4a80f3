import { done } from '@waybill/messaging';
import { deepEqual } from 'node:assert/strict';
import type { Behaviour } from '../behaviour.js';
import { messageOf } from '../messages.js';

export const standsStillAsATerminalReader: Behaviour = {
  name: 'stands still at a failing message as a terminal reader, and goes on with it when it can',
  needs: ['database'],
  async run(world) {
    const trial = await world.trial({ order: 'key', lane: 'batch' });
    let failures = 2;
    const handling = await trial.run(({ payload }) => {
      if (payload === 'failing' && failures-- > 0) throw new Error('not yet');
      return done();
    });
    await trial.publish(...['before', 'failing', 'after'].map((each) => messageOf(each)));
    await world.eventually(() => deepEqual(handling.effects, ['before', 'failing', 'after']));
  },
};
