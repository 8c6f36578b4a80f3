import { equal } from 'node:assert/strict';
import type { Behaviour } from '../behaviour.js';
import { textOf } from '../messages.js';

export const endsAllWithTheBroker: Behaviour = {
  name: 'ends its consumers with itself, and gives back what they held',
  async run(world) {
    const trial = await world.trial();
    const connection = await world.connect();
    await trial.publish('given back');
    const delivery = await (await trial.consume({ connection })).next();
    await connection.broker.close();
    equal(delivery.current, false);
    equal(textOf((await (await trial.consume()).next()).message), 'given back');
  },
};
