import { done } from '@waybill/messaging';
import { deepEqual, equal } from 'node:assert/strict';
import type { Behaviour } from '../behaviour.js';
import { numbers } from '../messages.js';

export const handlesEachMessageOnce: Behaviour = {
  name: 'handles each message once, and settles it',
  needs: ['database'],
  async run(world) {
    const trial = await world.trial({ lane: 'batch' });
    const handling = await trial.run(done);
    const texts = numbers(40);
    await trial.publish(...texts);
    await world.eventually(() => equal(handling.of('handled').length, texts.length));
    deepEqual(new Set(handling.effects), new Set(texts));
    await handling.runner.drain(5_000);
    await trial.publish('next');
    const next = await trial.consume();
    await next.next();
    deepEqual([next.texts, handling.effects.length], [['next'], texts.length]);
  },
};
