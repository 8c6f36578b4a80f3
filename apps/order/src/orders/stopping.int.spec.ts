import { expect, jest, test } from '@jest/globals';
import { uuidV7 } from '@waybill/service-kit';
import { eventually } from '@waybill/test-kit';
import { IdempotencyKeysStore } from '../idempotency/idempotency-keys.store.js';
import { FilledQueue } from '../testing/filled-queue.js';
import { OrderApi } from '../testing/order-api.js';
import { claimOf } from '../testing/order-world.js';
import { PlaceOrder } from './place-order.js';

const unlimited = { slow: 1e9, shed: 2e9 };
const limits = { outboxAgeMs: unlimited, outboxRows: unlimited, queueDepth: unlimited, longestDelayMs: 0 };

test('a service that stops answers the orders that wait for others', async () => {
  const queue = await FilledQueue.open();
  const api = await OrderApi.open({ queue: queue.reader(), limits });
  const posted = jest.spyOn(PlaceOrder.prototype, 'place');
  const keys = new IdempotencyKeysStore();
  let stopped: Promise<void>;

  // While these two keys are held, the two orders with them leave no room to the others.
  const answers = await api.database.transaction(async (transaction) => {
    await keys.claimAll([claimOf('first'), claimOf('second')], transaction);
    const placing = ['first', 'second', ...Array.from({ length: 10 }, () => uuidV7())].map((key) =>
      api.place(key),
    );
    await eventually(() => expect(posted).toHaveBeenCalledTimes(12));
    stopped = api.close();
    return { placing };
  });
  const statuses = (await Promise.all(answers.placing)).map(({ status }) => status);
  expect(statuses).toEqual([422, 422, ...Array.from({ length: 10 }, () => 202)]);
  await stopped!;
  await queue.close();
});
