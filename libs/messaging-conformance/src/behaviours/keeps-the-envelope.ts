import { deepEqual } from 'node:assert/strict';
import type { Behaviour } from '../behaviour.js';
import { messageOf } from '../messages.js';

export const keepsTheEnvelope: Behaviour = {
  name: 'keeps the envelope: every attribute, the trace, and extensions',
  async run(world) {
    const trial = await world.trial();
    const plain = messageOf('enveloped');
    const attributes = { ...plain.attributes, subject: 'Żółw №1', extension: 'ours' };
    await trial.publish({ ...plain, attributes });
    const taken = await trial.consume();
    deepEqual({ ...(await taken.next()).message.attributes }, attributes);
  },
};
