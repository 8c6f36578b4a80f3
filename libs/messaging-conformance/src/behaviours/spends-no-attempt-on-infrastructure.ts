import { done, InfrastructureError } from '@waybill/messaging';
import { deepEqual } from 'node:assert/strict';
import type { Behaviour } from '../behaviour.js';

export const spendsNoAttemptOnInfrastructure: Behaviour = {
  name: 'keeps a message in hand while what it depends on is away, and spends no attempt',
  needs: ['database'],
  async run(world) {
    const trial = await world.trial({ terminal: false });
    let away = 3;
    const seen = new Set<string | undefined>();
    const handling = await trial.run(({ origin }) => {
      seen.add(`${origin.via} ${origin.offset ?? ''}`);
      if (away-- > 0) throw new InfrastructureError('the database is away');
      return done();
    });
    await trial.publish('held');
    await world.eventually(() => deepEqual(handling.effects, ['held']));
    deepEqual([handling.of('retryLater'), handling.of('deadLettered'), seen.size], [[], [], 1]);
  },
};
