import { equal } from 'node:assert/strict';
import type { Behaviour } from '../behaviour.js';
import { dueIn } from '../hop-headers.js';
import { textOf } from '../messages.js';

export const deadLettersFromARetryAtHome: Behaviour = {
  name: 'sets a retried message aside where the dead letters of its first address are',
  async run(world) {
    const trial = await world.trial({ terminal: false });
    await trial.publish('retried');
    const taken = await trial.consume();
    const delivery = await taken.next();
    await delivery.retryLater(200, dueIn(200));
    await delivery.done();
    const retried = await taken.next();
    equal(await retried.deadLetter({ 'waybill-failure-reason': 'conformance' }), true);
    await retried.done();
    equal(textOf((await (await trial.deadLetters()).next()).message), 'retried');
  },
};
