import { done } from '@waybill/messaging';
import { deepEqual, equal, ok } from 'node:assert/strict';
import type { Behaviour } from '../behaviour.js';
import { messageOf, numbers } from '../messages.js';

const inFlight = 200;
const graceMs = 10_000;

export const drainsWhatIsInFlight: Behaviour = {
  name: 'drains 200 messages in flight on close in under 10 s, and brings none of them again',
  needs: ['database'],
  async run(world) {
    const trial = await world.trial({ prefetch: inFlight });
    const opened = Promise.withResolvers<void>();
    const handling = await trial.run(() => opened.promise.then(done));
    await trial.publish(...numbers(inFlight).map((each) => messageOf(each, { key: each })));
    await world.eventually(() => equal(handling.runner.held, inFlight));
    await trial.publish('left');
    const startedAt = Date.now();
    const draining = handling.runner.drain(graceMs);
    opened.resolve();
    await draining;
    ok(Date.now() - startedAt < graceMs, `it took ${Date.now() - startedAt} ms`);
    equal(new Set(handling.effects).size, inFlight);
    const next = await trial.consume();
    await next.next();
    deepEqual(next.texts, ['left']);
  },
};
