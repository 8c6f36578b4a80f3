import { equal } from 'node:assert/strict';
import type { Behaviour } from '../behaviour.js';
import { messageOf } from '../messages.js';

export const refusesWhatIsTooLarge: Behaviour = {
  name: 'refuses a message above its largest size',
  async run(world) {
    const trial = await world.trial();
    const body = new Uint8Array(world.capabilities.maxMessageBytes + 1);
    const [result] = await trial.send(messageOf('', { body }));
    equal(result!.status, 'refused');
  },
};
