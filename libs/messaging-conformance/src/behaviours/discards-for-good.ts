import { deadLetter, done } from '@waybill/messaging';
import { deepEqual, equal } from 'node:assert/strict';
import type { Behaviour } from '../behaviour.js';

export const discardsForGood: Behaviour = {
  name: 'discards a dead letter for good: its key goes on, and a late copy is a duplicate',
  needs: ['database'],
  async run(world) {
    const trial = await world.trial({ terminal: false, order: 'key' });
    const handling = await trial.run(({ payload }) => (payload === 'k1' ? deadLetter('never') : done()));
    await trial.publish('k1', 'k2');
    const dead = await (await trial.deadLetters()).next();
    await world.eventually(() => equal(handling.of('parked').length, 1));
    await trial.operate('discard', dead.message);
    await world.eventually(() => deepEqual(handling.effects, ['k2']));
    await trial.publish({ ...dead.message, headers: {} }, 'k3');
    await world.eventually(() => deepEqual(handling.effects, ['k2', 'k3']));
    equal(handling.of('deadLettered').length, 1);
  },
};
