import { equal } from 'node:assert/strict';
import type { Behaviour } from '../behaviour.js';
import { textOf } from '../messages.js';

export const storesADeadLetterBeforeItSaysSo: Behaviour = {
  name: 'says that a dead letter is stored only when it is, even if the process dies at once',
  async run(world) {
    const trial = await world.trial({ terminal: false });
    const dying = await world.connect();
    await trial.publish('dead');
    const delivery = await (await trial.consume({ connection: dying })).next();
    equal(await delivery.deadLetter({ 'waybill-failure-reason': 'conformance' }), true);
    dying.cut();
    const dead = await (await trial.deadLetters()).next();
    equal(textOf(dead.message), 'dead');
  },
};
