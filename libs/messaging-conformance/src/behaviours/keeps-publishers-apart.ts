import { equal } from 'node:assert/strict';
import type { Behaviour } from '../behaviour.js';
import { messageOf } from '../messages.js';

export const keepsPublishersApart: Behaviour = {
  name: 'keeps publishers apart: the end of one is not the end of another',
  async run(world) {
    const trial = await world.trial();
    const { broker } = await world.connect();
    const [one, other] = [broker.publisher('one'), broker.publisher('other')];
    const outgoing = [{ address: trial.address, message: messageOf('apart') }];
    await one!.publish(outgoing);
    await one!.close();
    const [result] = await other!.publish(outgoing);
    equal(result!.status, 'confirmed');
  },
};
