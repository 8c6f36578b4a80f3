import { done } from '@waybill/messaging';
import { deepEqual, equal } from 'node:assert/strict';
import type { Behaviour } from '../behaviour.js';
import { numbers } from '../messages.js';

const pauseMs = 3_000;

export const standsAPausedBroker: Behaviour = {
  name: 'stands a broker that answers nothing for 3 s: nothing lost or doubled, no attempt spent',
  needs: ['database', 'faults'],
  async run(world) {
    const trial = await world.trial({ terminal: false });
    const handling = await trial.run(done);
    const { pause, resume } = world.underTest.faults!;
    const texts = numbers(60);
    await trial.publishUntilConfirmed(texts.slice(0, 20));
    await pause();
    const publishing = trial.publishUntilConfirmed(texts.slice(20, 40));
    await new Promise((resolve) => setTimeout(resolve, pauseMs)).finally(resume);
    await publishing;
    await trial.publishUntilConfirmed(texts.slice(40));
    await world.eventually(() => equal(new Set(handling.effects).size, texts.length));
    equal(handling.effects.length, texts.length);
    deepEqual([handling.of('retryLater'), handling.of('deadLettered')], [[], []]);
  },
};
