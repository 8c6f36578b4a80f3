import { deepEqual } from 'node:assert/strict';
import type { Behaviour } from '../behaviour.js';
import { dueIn } from '../hop-headers.js';

export const replacesTheHeadersOfAnEarlierHop: Behaviour = {
  name: 'replaces the headers that an earlier hop has set, and keeps the rest',
  async run(world) {
    const trial = await world.trial({ terminal: false });
    await trial.publish('twice retried');
    const taken = await trial.consume();
    const hops: Record<string, string>[] = [
      { 'waybill-attempts': '1', first: 'stays' },
      { 'waybill-attempts': '2' },
    ];
    for (const headers of hops) {
      const delivery = await taken.next();
      await delivery.retryLater(200, dueIn(200, headers));
      await delivery.done();
    }
    const { headers } = (await taken.next()).message;
    deepEqual([headers['waybill-attempts'], headers['first']], ['2', 'stays']);
  },
};
