import { deadLetter, done } from '@waybill/messaging';
import { deepEqual, equal } from 'node:assert/strict';
import type { Behaviour } from '../behaviour.js';
import { messageOf } from '../messages.js';

export const keepsAKeyParkedUntilItIsReplayed: Behaviour = {
  name: 'keeps a key parked behind its dead letter until a person replays that, and then runs all in order',
  needs: ['database'],
  async run(world) {
    const trial = await world.trial({ terminal: false, order: 'key' });
    let broken = true;
    const handling = await trial.run(({ payload }) =>
      payload === 'k1' && broken ? deadLetter('never') : done(),
    );
    await trial.publish('k1');
    const dead = await (await trial.deadLetters()).next();
    await world.eventually(() =>
      equal(handling.notices.filter(({ kind }) => kind === 'dead-lettered').length, 1),
    );
    await trial.publish('k2', messageOf('other', { key: 'other' }), 'k3');
    await world.eventually(() => {
      deepEqual(handling.effects, ['other']);
      equal(handling.of('parked').length, 2);
    });
    broken = false;
    await trial.operate('replay', dead.message);
    await world.eventually(() => deepEqual(handling.effects, ['other', 'k1', 'k2', 'k3']));
  },
};
