import { equal } from 'node:assert/strict';
import type { Behaviour } from '../behaviour.js';
import { idOf, messageOf } from '../messages.js';

export const deadLettersFromItsInletAtHome: Behaviour = {
  name: 'sets control messages aside where the dead letters of their address are',
  async run(world) {
    const trial = await world.trial({ terminal: false });
    const taken = await trial.consume();
    await trial.operate('discard', messageOf('set aside'));
    const control = await taken.next();
    equal(await control.deadLetter({ 'waybill-failure-reason': 'conformance' }), true);
    await control.done();
    const dead = await (await trial.deadLetters()).next();
    equal(idOf(dead.message), idOf(control.message));
  },
};
