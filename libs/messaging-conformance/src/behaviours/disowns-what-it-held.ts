import { deepEqual, equal } from 'node:assert/strict';
import type { Behaviour } from '../behaviour.js';

export const disownsWhatItHeld: Behaviour = {
  name: 'disowns what it held when its consumer closes: settling it is harmless and moves nothing',
  async run(world) {
    const trial = await world.trial({ terminal: false });
    await trial.publish('held');
    const taken = await trial.consume();
    const delivery = await taken.next();
    equal(delivery.current, true);
    await taken.consumer.close();
    equal(delivery.current, false);
    await delivery.done();
    const moved = [await delivery.retryLater(200, {}), await delivery.deadLetter({})];
    deepEqual(moved, [false, false]);
    await (await trial.consume()).next();
  },
};
