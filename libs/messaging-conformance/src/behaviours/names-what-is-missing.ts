import { deadLetterAddress } from '@waybill/messaging';
import { deepEqual, ok } from 'node:assert/strict';
import type { Behaviour } from '../behaviour.js';

export const namesWhatIsMissing: Behaviour = {
  name: 'finds no fault with a subscription that is complete, and names the address that is missing',
  async run(world) {
    const trial = await world.trial({ terminal: false });
    const broker = await world.broker();
    deepEqual(await broker.problemsWith(trial.subscription), []);
    const address = deadLetterAddress(trial.subscription, trial.home);
    await world.underTest.remove(address);
    await world.eventually(async () => {
      const problems = await broker.problemsWith(trial.subscription);
      ok(
        problems.some((problem) => problem.includes(address)),
        'the missing address is not named',
      );
    });
  },
};
