import { deepEqual } from 'node:assert/strict';
import type { Behaviour } from '../behaviour.js';
import { messageOf } from '../messages.js';

export const keepsTheKey: Behaviour = {
  name: 'keeps the key, whatever its characters, and the absence of one',
  async run(world) {
    const trial = await world.trial();
    const keys = ['customer-1', 'Żółw №1', ''];
    await trial.publish(...keys.map((key) => messageOf(`of ${key}`, { key })));
    const taken = await trial.consume();
    const deliveries = await taken.atLeast(keys.length);
    deepEqual(new Set(deliveries.map(({ message }) => message.key)), new Set(keys));
  },
};
