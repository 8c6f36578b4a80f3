import { deepEqual, ok } from 'node:assert/strict';
import type { Behaviour } from '../behaviour.js';
import { messageOf } from '../messages.js';

export const answersUnknownWhenCutOff: Behaviour = {
  name: 'answers that it does not know, within 30 s and without a throw, when the broker cannot be reached',
  async run(world) {
    const trial = await world.trial();
    const connection = await world.connect();
    const publisher = connection.broker.publisher('cut off');
    const message = messageOf('unknown');
    const outgoing = [{ address: trial.address, message }];
    const [before] = await publisher.publish(outgoing);
    connection.cut();
    const startedAt = Date.now();
    const during = await publisher.publish(outgoing);
    ok(Date.now() - startedAt < 31_000);
    deepEqual([before!.status, during.map(({ status }) => status)], ['confirmed', ['unknown']]);
  },
};
