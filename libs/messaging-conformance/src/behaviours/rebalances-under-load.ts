import type { Behaviour } from '../behaviour.js';
import { effectsUnderLoad } from '../load.js';

export const rebalancesUnderLoad: Behaviour = {
  name: 'loses and doubles nothing while consumers come and go under load',
  needs: ['database'],
  async run(world) {
    await effectsUnderLoad(world, 'none');
  },
};
