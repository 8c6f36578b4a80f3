import { failureHeaders } from '@waybill/messaging';
import { deepEqual, equal } from 'node:assert/strict';
import type { Behaviour } from '../behaviour.js';

export const deadLettersWithHeaders: Behaviour = {
  name: 'writes beside a dead letter why it is one',
  async run(world) {
    const trial = await world.trial({ terminal: false });
    await trial.publish('dead');
    const delivery = await (await trial.consume()).next();
    const at = new Date().toISOString();
    const failure = {
      ...{ because: 'no such order', errorType: 'OrderNotFound', message: 'zamówienie №1', stack: 'at …' },
      ...{ attempts: 4, firstFailedAt: at, lastFailedAt: at },
    };
    const headers = failureHeaders(failure, delivery.origin, trial.subscription.name);
    equal(await delivery.deadLetter(headers), true);
    await delivery.done();
    const dead = await (await trial.deadLetters()).next();
    const found = Object.keys(headers).map((name) => [name, dead.message.headers[name]]);
    deepEqual(Object.fromEntries(found), headers);
  },
};
