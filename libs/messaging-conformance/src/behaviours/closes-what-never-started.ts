import { equal } from 'node:assert/strict';
import type { Behaviour } from '../behaviour.js';

export const closesWhatNeverStarted: Behaviour = {
  name: 'closes a consumer that was never started, and one twice',
  async run(world) {
    const trial = await world.trial();
    const broker = await world.broker();
    const consumer = broker.consumer(trial.subscription, () => undefined);
    let closed = 0;
    void consumer.close().then(() => closed++);
    void consumer.close().then(() => closed++);
    await world.eventually(() => equal(closed, 2));
  },
};
