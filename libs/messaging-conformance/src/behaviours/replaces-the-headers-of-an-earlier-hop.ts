import { firstAttemptHeader } from '@waybill/messaging';
import { deepEqual, equal } from 'node:assert/strict';
import type { Behaviour } from '../behaviour.js';
import { dueIn } from '../hop-headers.js';

export const replacesTheHeadersOfAnEarlierHop: Behaviour = {
  name: 'replaces the headers that an earlier hop has set, and keeps the rest',
  async run(world) {
    const trial = await world.trial({ terminal: false });
    await trial.publish('twice retried');
    const taken = await trial.consume();
    const hops: Record<string, string>[] = [
      { 'waybill-attempts': '1', [firstAttemptHeader]: 'stays' },
      { 'waybill-attempts': '2' },
    ];
    for (const headers of hops) {
      const delivery = await taken.next();
      await delivery.retryLater(200, dueIn(200, headers));
      await delivery.done();
    }
    const twiceRetried = await taken.next();
    await twiceRetried.deadLetter({ 'waybill-attempts': '3' });
    await twiceRetried.done();
    const dead = await (await trial.deadLetters()).next();
    const told = [twiceRetried, dead].map(({ message: { headers } }) => [
      headers['waybill-attempts'],
      headers[firstAttemptHeader],
    ]);
    deepEqual(told, [
      ['2', 'stays'],
      ['3', 'stays'],
    ]);
    equal(dead.message.headers['waybill-due-at'], undefined);
  },
};
