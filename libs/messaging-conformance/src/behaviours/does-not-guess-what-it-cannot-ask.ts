import { rejects } from 'node:assert/strict';
import type { Behaviour } from '../behaviour.js';

export const doesNotGuessWhatItCannotAsk: Behaviour = {
  name: 'finds nothing in order while it cannot ask',
  async run(world) {
    const trial = await world.trial();
    const connection = await world.connect();
    connection.cut();
    await rejects(connection.broker.problemsWith(trial.subscription));
  },
};
