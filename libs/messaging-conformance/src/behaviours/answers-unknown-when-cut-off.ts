import type { PublishResult } from '@waybill/messaging';
import { deepEqual } from 'node:assert/strict';
import type { Behaviour } from '../behaviour.js';
import { messageOf } from '../messages.js';

export const answersUnknownWhenCutOff: Behaviour = {
  name: 'answers that it does not know, soon and without a throw, when the broker cannot be reached',
  async run(world) {
    const trial = await world.trial();
    const connection = await world.connect();
    const publisher = connection.broker.publisher('cut off');
    const answers: unknown[] = [];
    const publish = () =>
      publisher.publish([{ address: trial.address, message: messageOf('cut off') }]).then(
        (results: readonly PublishResult[]) => answers.push(...results.map(({ status }) => status)),
        (thrown: unknown) => answers.push(thrown),
      );
    await publish();
    connection.cut();
    void publish();
    await world.eventually(() => deepEqual(answers, ['confirmed', 'unknown']));
  },
};
