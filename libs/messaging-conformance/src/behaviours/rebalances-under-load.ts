import { done } from '@waybill/messaging';
import { equal } from 'node:assert/strict';
import type { Behaviour } from '../behaviour.js';
import type { Handling } from '../handling.js';
import { messageOf, numbers } from '../messages.js';

const keys = numbers(10).map((each) => `key${each}`);
const rounds = 30;

export const rebalancesUnderLoad: Behaviour = {
  name: 'loses, doubles and reorders nothing while consumers come and go under load',
  needs: ['database', 'keepsKeyOrder'],
  async run(world) {
    const trial = await world.trial({ order: 'key', prefetch: 20 });
    const effects: string[] = [];
    const join = async (): Promise<Handling> =>
      trial.run(
        async ({ payload, transaction }) => {
          await new Promise((resolve) => setTimeout(resolve, 2));
          transaction.afterCommit(() => void effects.push(payload));
          return done();
        },
        { connection: await world.connect(), width: 4 },
      );
    const first = await join();
    const publishing = (async () => {
      for (const round of numbers(rounds))
        await trial.publish(...keys.map((key) => messageOf(`${key} ${round}`, { key })));
    })();
    await world.eventually(() => equal(effects.length > 0, true));
    await join();
    await first.runner.drain(5_000);
    await join();
    await publishing;
    await world.eventually(() => equal(new Set(effects).size, keys.length * rounds));
    equal(effects.length, keys.length * rounds);
    for (const key of keys) {
      const ofKey = effects.filter((each) => each.startsWith(`${key} `));
      equal(
        ofKey.join(),
        numbers(rounds)
          .map((round) => `${key} ${round}`)
          .join(),
      );
    }
  },
};
