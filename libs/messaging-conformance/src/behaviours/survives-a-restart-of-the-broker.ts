import { done } from '@waybill/messaging';
import { deepEqual, equal } from 'node:assert/strict';
import type { Behaviour } from '../behaviour.js';
import { numbers } from '../messages.js';

const texts = numbers(60);

export const survivesARestartOfTheBroker: Behaviour = {
  name: 'survives that the broker is killed and comes back: nothing lost or doubled, no attempt spent',
  needs: ['database', 'faults'],
  async run(world) {
    const trial = await world.trial({ terminal: false });
    const waiting = await world.trial();
    const handling = await trial.run(done);
    await waiting.publishUntilConfirmed(texts);
    await trial.publishUntilConfirmed(texts.slice(0, 20));
    await Promise.all([world.underTest.faults!.restart(), trial.publishUntilConfirmed(texts.slice(20, 40))]);
    await trial.publishUntilConfirmed(texts.slice(40));
    await world.eventually(() => equal(new Set(handling.effects).size, texts.length));
    equal(handling.effects.length, texts.length);
    deepEqual([handling.of('retryLater'), handling.of('deadLettered')], [[], []]);
    const waited = await waiting.consume({ onDelivery: (delivery) => void delivery.done() });
    await world.eventually(() => deepEqual(new Set(waited.texts), new Set(texts)));
  },
};
