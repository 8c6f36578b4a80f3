import { equal, ok } from 'node:assert/strict';
import type { Behaviour } from '../behaviour.js';
import { textOf } from '../messages.js';
import { dueIn } from '../hop-headers.js';

/** Longer than any broker takes for a hop, which would else pass for a delay. */
const delayMs = 1_500;

export const retriesAfterTheDelay: Behaviour = {
  name: 'brings a retry back after its delay and not before',
  async run(world) {
    const trial = await world.trial({ terminal: false, delaysMs: [delayMs] });
    await trial.publish('retried');
    const taken = await trial.consume();
    const delivery = await taken.next();
    const sentAt = Date.now();
    equal(await delivery.retryLater(delayMs, dueIn(delayMs)), true);
    await delivery.done();
    const again = await taken.next();
    ok(Date.now() - sentAt >= delayMs, `it came after ${Date.now() - sentAt} ms`);
    equal(textOf(again.message), 'retried');
    equal(again.origin.via, 'retry');
  },
};
