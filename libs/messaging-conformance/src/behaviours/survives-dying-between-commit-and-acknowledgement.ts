import { done } from '@waybill/messaging';
import { deepEqual, equal } from 'node:assert/strict';
import type { Behaviour } from '../behaviour.js';

export const survivesDyingBetweenCommitAndAcknowledgement: Behaviour = {
  name: 'counts once what was committed by a process that died before it acknowledged',
  needs: ['database'],
  async run(world) {
    const trial = await world.trial();
    const dying = await world.connect();
    const first = await trial.run(
      ({ transaction }) => {
        transaction.afterCommit(() => dying.cut());
        return done();
      },
      { connection: dying },
    );
    await trial.publish('committed');
    await world.eventually(() => deepEqual(first.effects, ['committed']));
    const second = await trial.run(done, { connection: await world.connect() });
    await world.eventually(() => equal(second.of('duplicate').length, 1));
    deepEqual([first.effects, second.effects], [['committed'], []]);
  },
};
