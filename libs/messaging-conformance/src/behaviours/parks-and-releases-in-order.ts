import { done } from '@waybill/messaging';
import { deepEqual, equal, ok } from 'node:assert/strict';
import type { Behaviour } from '../behaviour.js';
import { messageOf } from '../messages.js';

export const parksAndReleasesInOrder: Behaviour = {
  name: 'parks the later messages of a failing key, no other’s, and releases them in order',
  needs: ['database'],
  async run(world) {
    const trial = await world.trial({ terminal: false, order: 'key', lane: 'batch', maxAttempts: 1_000 });
    let failing = true;
    const handling = await trial.run(({ payload }) => {
      if (payload === 'k1' && failing) throw new Error('not yet');
      return done();
    });
    const ofKey = (key: string) => (text: string) => messageOf(text, { key });
    await trial.publish(...['k1', 'k2', 'k3'].map(ofKey('k')), ...['o1', 'o2'].map(ofKey('o')));
    await world.eventually(() => {
      deepEqual(handling.effects, ['o1', 'o2']);
      ok(handling.of('retryLater').length > 0);
      equal(handling.of('parked').length, 2);
    });
    failing = false;
    await world.eventually(() => deepEqual(handling.effects, ['o1', 'o2', 'k1', 'k2', 'k3']));
  },
};
