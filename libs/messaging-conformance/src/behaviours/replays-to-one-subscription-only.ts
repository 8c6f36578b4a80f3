import { deadLetter, done } from '@waybill/messaging';
import { deepEqual, ok } from 'node:assert/strict';
import type { Behaviour } from '../behaviour.js';

export const replaysToOneSubscriptionOnly: Behaviour = {
  name: 'replays a dead letter to the subscription that set it aside, and to no other',
  needs: ['fansOut', 'database'],
  async run(world) {
    const [trial, other] = await world.trials({ terminal: false }, { terminal: false });
    const others: string[] = [];
    let broken = true;
    const handling = await trial!.run(() => (broken ? deadLetter('never') : done()));
    await other!.run(({ payload }) => {
      others.push(payload);
      return deadLetter('never');
    });
    await trial!.publish('set aside');
    const dead = await (await trial!.deadLetters()).next();
    await (await other!.deadLetters()).next();
    broken = false;
    await trial!.operate('replay', dead.message);
    await world.eventually(() => deepEqual(handling.effects, ['set aside']));
    await trial!.publish('last');
    await world.eventually(() => ok(others.includes('last')));
    deepEqual(others, ['set aside', 'last']);
  },
};
