import { deepEqual } from 'node:assert/strict';
import type { Behaviour } from '../behaviour.js';
import { messageOf } from '../messages.js';

export const spoilsNoOtherOfABatch: Behaviour = {
  name: 'takes the others of a batch when it refuses one, and says which',
  async run(world) {
    const trial = await world.trial({ order: 'key' });
    const publisher = await world.publisher();
    const absent = world.underTest.absent();
    const results = await publisher.publish([
      { address: trial.address, message: messageOf('before') },
      { address: absent, message: messageOf('refused') },
      { address: trial.address, message: messageOf('after') },
    ]);
    deepEqual(
      results.map(({ status }) => status),
      ['confirmed', 'refused', 'confirmed'],
    );
    const taken = await trial.consume({ onDelivery: (each) => void each.done() });
    await taken.atLeast(2);
    deepEqual(taken.texts, ['before', 'after']);
  },
};
