import { deadLetter, done } from '@waybill/messaging';
import { randomUUID } from 'node:crypto';
import { deepEqual, ok } from 'node:assert/strict';
import type { Behaviour } from '../behaviour.js';

export const carriesAnOperationOutOnce: Behaviour = {
  name: 'carries an operation out once, however often it is sent',
  needs: ['database'],
  async run(world) {
    const trial = await world.trial({ terminal: false });
    let broken = true;
    const handling = await trial.run(() => (broken ? deadLetter('never') : done()));
    await trial.publish('set aside');
    const { message } = await (await trial.deadLetters()).next();
    broken = false;
    const operationId = randomUUID();
    for (let times = 0; times < 3; times++) await trial.operate('replay', message, { operationId });
    await world.eventually(() => deepEqual(handling.effects, ['set aside']));
    await trial.operate('discard', message);
    const carriedOut = () => handling.of('operation').map(({ operation }) => operation);
    await world.eventually(() => ok(carriedOut().includes('discard')));
    deepEqual(carriedOut(), ['replay', 'discard']);
  },
};
