import { deepEqual } from 'node:assert/strict';
import type { Behaviour } from '../behaviour.js';
import { messageOf } from '../messages.js';

export const keepsHeaders: Behaviour = {
  name: 'keeps the headers beside the envelope',
  async run(world) {
    const trial = await world.trial();
    const headers = { plain: 'text', unicode: 'ключ 鍵', empty: '', 'exception.type': 'Error' };
    await trial.publish(messageOf('with headers', { headers }));
    const taken = await trial.consume();
    deepEqual({ ...(await taken.next()).message.headers }, headers);
  },
};
