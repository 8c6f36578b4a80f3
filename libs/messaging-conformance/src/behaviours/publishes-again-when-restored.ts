import { equal } from 'node:assert/strict';
import type { Behaviour } from '../behaviour.js';
import { messageOf } from '../messages.js';

export const publishesAgainWhenRestored: Behaviour = {
  name: 'publishes again by itself when a lost connection can be had again',
  async run(world) {
    const trial = await world.trial();
    const connection = await world.connect();
    const publisher = connection.broker.publisher('restored');
    const publish = async () => {
      const [result] = await publisher.publish([{ address: trial.address, message: messageOf('again') }]);
      equal(result!.status, 'confirmed');
    };
    await publish();
    connection.cut();
    connection.restore();
    await world.eventually(publish);
  },
};
