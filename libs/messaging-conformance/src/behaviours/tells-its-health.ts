import { equal } from 'node:assert/strict';
import type { Behaviour } from '../behaviour.js';

export const tellsItsHealth: Behaviour = {
  name: 'tells that it is connected, that it is not, and that it is again',
  async run(world) {
    const trial = await world.trial();
    const connection = await world.connect();
    const { broker } = connection;
    await trial.consume({ connection });
    equal(broker.health().state, 'connected');
    connection.cut();
    await world.eventually(() => equal(broker.health().state, 'disconnected'));
    connection.restore();
    await world.eventually(() => equal(broker.health().state, 'connected'));
  },
};
