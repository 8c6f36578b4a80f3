import { deadLetter, done } from '@waybill/messaging';
import { createHash } from 'node:crypto';
import { deepEqual } from 'node:assert/strict';
import type { Behaviour } from '../behaviour.js';
import { text } from '../messages.js';

export const correctsADeadLetter: Behaviour = {
  name: 'runs a dead letter with the body that a person has corrected, under its own id',
  needs: ['database'],
  async run(world) {
    const trial = await world.trial({ terminal: false });
    const ids: string[] = [];
    const handling = await trial.run(({ payload, envelope }) => {
      ids.push(envelope.id);
      return payload === 'wrong' ? deadLetter('wrong') : done();
    });
    await trial.publish('wrong');
    const { message } = await (await trial.deadLetters()).next();
    const formerBodyHash = createHash('sha256').update(message.body).digest('hex');
    await trial.operate('correct', { ...message, body: text.encode('right') }, { formerBodyHash });
    await world.eventually(() => deepEqual(handling.effects, ['right']));
    deepEqual(new Set(ids).size, 1);
  },
};
