import { readControl } from '@waybill/messaging';
import { deepEqual, equal } from 'node:assert/strict';
import type { Behaviour } from '../behaviour.js';
import { idOf, messageOf, textOf } from '../messages.js';

export const readsItsInlet: Behaviour = {
  name: 'reads the control messages of its own inlet, and of no other',
  needs: ['fansOut'],
  async run(world) {
    const [trial, other] = await world.trials({ terminal: false }, { terminal: false });
    const [taken, others] = [await trial!.consume(), await other!.consume()];
    const message = messageOf('set aside');
    await trial!.operate('replay', message);
    const control = await taken.next();
    equal(control.origin.via, 'inlet');
    equal(readControl(control.message).messageId, idOf(message));
    await trial!.publish('last');
    await others.next();
    deepEqual(
      others.deliveries.map((each) => textOf(each.message)),
      ['last'],
    );
  },
};
