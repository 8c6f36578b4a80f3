import { done } from '@waybill/messaging';
import { deepEqual, equal } from 'node:assert/strict';
import type { Behaviour } from '../behaviour.js';
import { messageOf } from '../messages.js';

export const deadLettersTheUndecodableAtOnce: Behaviour = {
  name: 'dead-letters the undecodable at once and goes on with the next',
  needs: ['database'],
  async run(world) {
    const trial = await world.trial({ terminal: false });
    const handling = await trial.run(done);
    await trial.publish(messageOf('', { attributes: {}, body: Buffer.from([0xff, 0]) }), 'next');
    const dead = await (await trial.deadLetters()).next();
    equal(Buffer.from(dead.message.body).toString('hex'), 'ff00');
    await world.eventually(() => deepEqual(handling.effects, ['next']));
    deepEqual(handling.of('retryLater'), []);
  },
};
