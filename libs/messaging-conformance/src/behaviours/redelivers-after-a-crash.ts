import { equal } from 'node:assert/strict';
import type { Behaviour } from '../behaviour.js';
import { textOf } from '../messages.js';

export const redeliversAfterACrash: Behaviour = {
  name: 'delivers to another what a process held when it died',
  async run(world) {
    const trial = await world.trial();
    const dying = await world.connect();
    await trial.publish('held');
    await (await trial.consume({ connection: dying })).next();
    dying.cut();
    const taken = await trial.consume({ connection: await world.connect() });
    equal(textOf((await taken.next()).message), 'held');
  },
};
