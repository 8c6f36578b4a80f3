import { equal } from 'node:assert/strict';
import type { Behaviour } from '../behaviour.js';

export const tellsOfRedelivery: Behaviour = {
  name: 'marks what comes again as redelivered',
  async run(world) {
    const trial = await world.trial();
    await trial.publish('again');
    const taken = await trial.consume();
    await taken.next();
    await taken.consumer.close();
    const again = await trial.consume();
    equal((await again.next()).origin.redelivered, true);
  },
};
