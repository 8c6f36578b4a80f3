import { deepEqual } from 'node:assert/strict';
import type { Behaviour } from '../behaviour.js';

export const handsOverNothingAfterClose: Behaviour = {
  name: 'hands over nothing once its consumer is closed',
  async run(world) {
    const trial = await world.trial({ order: 'key' });
    const closed = await trial.consume();
    await closed.consumer.close();
    await trial.publish('for the next');
    const next = await trial.consume();
    await next.next();
    deepEqual(closed.texts, []);
  },
};
