import { deepEqual, equal, ok } from 'node:assert/strict';
import type { Behaviour } from '../behaviour.js';
import { messageOf } from '../messages.js';

export const deadLettersWhenItsAttemptsAreSpent: Behaviour = {
  name: 'dead-letters a message whose attempts are spent, with the reason and where it came from',
  needs: ['database'],
  async run(world) {
    const trial = await world.trial({ terminal: false, delaysMs: [200] });
    const handling = await trial.run(() => {
      throw new RangeError('out of stock');
    });
    const message = messageOf('hopeless');
    await trial.publish(message);
    const dead = await (await trial.deadLetters()).next();
    const { headers, attributes } = dead.message;
    equal(headers['waybill-attempts'], '2');
    equal(headers['waybill-failure-reason'], 'out of stock');
    equal(headers['exception.type'], 'RangeError');
    equal(headers['waybill-original-address'], trial.home);
    equal(headers['waybill-subscription'], trial.subscription.name);
    ok(headers['waybill-first-failed-at']! < headers['waybill-last-failed-at']!);
    deepEqual({ ...attributes }, message.attributes);
    deepEqual(handling.effects, []);
  },
};
