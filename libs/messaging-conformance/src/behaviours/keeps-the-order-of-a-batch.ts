import { deepEqual } from 'node:assert/strict';
import type { Behaviour } from '../behaviour.js';
import { numbers } from '../messages.js';

export const keepsTheOrderOfABatch: Behaviour = {
  name: 'writes the messages of a key in the order given, in one batch and over several',
  async run(world) {
    const trial = await world.trial({ order: 'key', prefetch: 100 });
    const texts = numbers(60);
    await trial.publish(...texts.slice(0, 30));
    for (const text of texts.slice(30, 40)) await trial.publish(text);
    await trial.publish(...texts.slice(40));
    const taken = await trial.consume({ onDelivery: (each) => void each.done() });
    await taken.atLeast(texts.length);
    deepEqual(taken.texts, texts);
  },
};
