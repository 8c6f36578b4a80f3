import { equal } from 'node:assert/strict';
import type { Behaviour } from '../behaviour.js';

export const tellsWhereItWasRead: Behaviour = {
  name: 'tells the address that a delivery was read from, and that it came by no detour',
  async run(world) {
    const trial = await world.trial();
    await trial.publish('here');
    const taken = await trial.consume();
    const { origin } = await taken.next();
    equal(origin.address, trial.home);
    equal(origin.via, 'address');
  },
};
