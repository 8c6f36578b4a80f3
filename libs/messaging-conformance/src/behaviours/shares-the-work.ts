import { equal, ok } from 'node:assert/strict';
import type { Behaviour } from '../behaviour.js';
import { messageOf, numbers } from '../messages.js';

export const sharesTheWork: Behaviour = {
  name: 'shares the work of a subscription among its consumers, each message to one',
  async run(world) {
    const trial = await world.trial();
    const consumers = [
      await trial.consume({ connection: await world.connect(), onDelivery: (each) => void each.done() }),
      await trial.consume({ connection: await world.connect(), onDelivery: (each) => void each.done() }),
    ];
    const texts = () => consumers.flatMap((taken) => taken.texts);
    // Again and again: on Kafka the second has no part until the first has given some up.
    await world.eventually(async () => {
      await trial.publish(...numbers(12).map((each) => messageOf(each, { key: `key-${each}` })));
      ok(
        consumers.every((taken) => taken.deliveries.length > 0),
        'one consumer got nothing',
      );
    });
    const sent = texts().length;
    await trial.publish(...numbers(30).map((each) => messageOf(`last ${each}`, { key: `key-${each}` })));
    const last = () => texts().filter((each) => each.startsWith('last'));
    await world.eventually(() => equal(new Set(last()).size, 30));
    equal(last().length, 30, `${sent} came before`);
  },
};
