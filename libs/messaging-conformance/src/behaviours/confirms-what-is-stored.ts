import { equal } from 'node:assert/strict';
import type { Behaviour } from '../behaviour.js';
import { messageOf, textOf } from '../messages.js';

export const confirmsWhatIsStored: Behaviour = {
  name: 'confirms what it has stored',
  async run(world) {
    const trial = await world.trial();
    const [result] = await trial.send(messageOf('stored'));
    equal(result!.status, 'confirmed');
    const taken = await trial.consume();
    equal(textOf((await taken.next()).message), 'stored');
  },
};
