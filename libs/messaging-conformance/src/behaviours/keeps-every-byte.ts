import { deepEqual } from 'node:assert/strict';
import type { Behaviour } from '../behaviour.js';
import { messageOf } from '../messages.js';

export const keepsEveryByte: Behaviour = {
  name: 'keeps every byte of a body, also of none and of half the largest',
  async run(world) {
    const trial = await world.trial({ order: 'key' });
    const everyByte = Uint8Array.from({ length: 256 }, (_, index) => index);
    const largest = Math.min(1_048_576, world.capabilities.maxMessageBytes);
    const large = Uint8Array.from({ length: largest / 2 }, (_, index) => (index * 7919) >> 3);
    const bodies = [everyByte, new Uint8Array(), large];
    await trial.publish(...bodies.map((body) => messageOf('', { body })));
    const taken = await trial.consume({ onDelivery: (each) => void each.done() });
    const deliveries = await taken.atLeast(bodies.length);
    deepEqual(
      deliveries.map(({ message }) => Buffer.from(message.body).toString('base64')),
      bodies.map((body) => Buffer.from(body).toString('base64')),
    );
  },
};
