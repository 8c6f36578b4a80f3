import { done } from '@waybill/messaging';
import { deepEqual, equal } from 'node:assert/strict';
import type { Behaviour } from '../behaviour.js';
import { messageOf } from '../messages.js';

export const countsADuplicateOnce: Behaviour = {
  name: 'counts a duplicate once',
  needs: ['database', 'deliversCopies'],
  async run(world) {
    const trial = await world.trial();
    const handling = await trial.run(done);
    const message = messageOf('charged');
    await trial.publish(message, message);
    await world.eventually(() => equal(handling.of('duplicate').length, 1));
    await trial.publish(message, 'other');
    await world.eventually(() => equal(handling.of('duplicate').length + handling.of('handled').length, 4));
    deepEqual(handling.effects, ['charged', 'other']);
  },
};
