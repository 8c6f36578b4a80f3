import { done } from '@waybill/messaging';
import { deepEqual, equal } from 'node:assert/strict';
import type { Behaviour } from '../behaviour.js';
import { messageOf, text, textOf } from '../messages.js';

export const tellsAnotherBodyApart: Behaviour = {
  name: 'sets a message aside that has the id of another with another body',
  needs: ['database', 'deliversCopies'],
  async run(world) {
    const trial = await world.trial({ terminal: false });
    const handling = await trial.run(done);
    const message = messageOf('first');
    await trial.publish(message);
    await world.eventually(() => equal(handling.of('handled').length, 1));
    await trial.publish({ ...message, body: text.encode('forged') });
    const dead = await (await trial.deadLetters()).next();
    deepEqual([handling.effects, textOf(dead.message)], [['first'], 'forged']);
  },
};
