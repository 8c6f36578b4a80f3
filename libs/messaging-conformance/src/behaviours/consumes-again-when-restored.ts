import { ok } from 'node:assert/strict';
import type { Behaviour } from '../behaviour.js';

export const consumesAgainWhenRestored: Behaviour = {
  name: 'consumes again by itself when a lost connection can be had again',
  async run(world) {
    const trial = await world.trial();
    const connection = await world.connect();
    const taken = await trial.consume({ connection, onDelivery: (delivery) => void delivery.done() });
    await trial.publish('before');
    await taken.next();
    connection.cut();
    await trial.publish('meanwhile');
    connection.restore();
    await trial.publish('after');
    await world.eventually(() => ok(taken.texts.includes('meanwhile') && taken.texts.includes('after')));
  },
};
