import { equal, ok } from 'node:assert/strict';
import type { Behaviour } from '../behaviour.js';
import { numbers } from '../messages.js';

export const countsWhatWaits: Behaviour = {
  name: 'counts what waits, down to nothing',
  async run(world) {
    const trial = await world.trial({ prefetch: 1 });
    await trial.publish(...numbers(5));
    const taken = await trial.consume();
    await taken.next();
    await world.eventually(async () => ok((await taken.consumer.waiting())! >= 4));
    await taken.settleAll();
    for (let count = 2; count <= 5; count++) await (await taken.next()).done();
    await world.eventually(async () => equal(await taken.consumer.waiting(), 0));
  },
};
