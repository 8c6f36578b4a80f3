import { defineSubscription } from '@waybill/messaging';
import { randomUUID } from 'node:crypto';
import { deepEqual } from 'node:assert/strict';
import type { Behaviour } from '../behaviour.js';
import { Trial } from '../trial.js';

export const replaysHistory: Behaviour = {
  name: 'replays what others have handled to a subscription that begins later',
  needs: ['replaysHistory'],
  async run(world) {
    const trial = await world.trial({ order: 'key' });
    await trial.publish('old', 'older');
    const before = await trial.consume();
    await before.atLeast(2);
    await before.settleAll();
    await before.consumer.close();
    const name = `later-${randomUUID()}`;
    const later = new Trial(world, defineSubscription({ ...trial.subscription, name }), trial.address);
    const taken = await later.consume();
    await taken.atLeast(2);
    deepEqual(taken.texts, ['old', 'older']);
  },
};
