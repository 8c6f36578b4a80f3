import type { Behaviour } from '../behaviour.js';
import { effectsUnderLoad, inOrderPerKey } from '../load.js';

export const keepsKeyOrderUnderLoad: Behaviour = {
  name: 'keeps the order of every key while consumers come and go under load',
  needs: ['database', 'keepsKeyOrder'],
  async run(world) {
    inOrderPerKey(await effectsUnderLoad(world, 'key'));
  },
};
