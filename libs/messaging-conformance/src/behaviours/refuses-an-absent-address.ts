import { equal } from 'node:assert/strict';
import type { Behaviour } from '../behaviour.js';
import { messageOf } from '../messages.js';

export const refusesAnAbsentAddress: Behaviour = {
  name: 'refuses a message for an address that does not exist',
  async run(world) {
    const address = world.underTest.absent();
    const publisher = await world.publisher();
    const [result] = await publisher.publish([{ address, message: messageOf('lost') }]);
    equal(result!.status, 'refused');
  },
};
