import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { uuidV7 } from '@waybill/service-kit';
import { CommitProxy } from '../testing/commit-proxy.js';
import { FilledQueue } from '../testing/filled-queue.js';
import { OrderApi, type Answer } from '../testing/order-api.js';
import { newProduct, openOrderWorld, orderFor } from '../testing/order-world.js';

/** A database and a service of its own for each test. */

const unlimited = { slow: 1e9, shed: 2e9 };
const limits = { outboxAgeMs: unlimited, outboxRows: unlimited, queueDepth: unlimited, longestDelayMs: 0 };
const oneOrder = [1, 1, 3];
const nothing = [0, 0, 0];

let queue: FilledQueue;
let proxy: CommitProxy;
let api: OrderApi;
beforeEach(async () => {
  queue = await FilledQueue.open();
  api = await OrderApi.open({ queue: queue.reader(), limits }, async (url) => {
    proxy = await CommitProxy.to(url);
    return proxy.url;
  });
});
afterEach(async () => {
  await api.close();
  await proxy.close();
  await queue.close();
});

/** As the shopper does: with the same key for as long as the answer is none. */
async function placeUntilAnswered(key: string): Promise<Answer> {
  for (;;) {
    const answer = await api.place(key);
    if (answer.status < 500) return answer;
  }
}

describe('a client that comes again with its key', () => {
  test('after the answer to COMMIT was lost gets the order that was stored then, and it is the only one', async () => {
    const key = uuidV7();
    proxy.loseNext('its answer');
    const first = await api.place(key);
    expect(first).toMatchObject({ status: 503, body: { status: 503 } });
    expect(first.headers.get('retry-after')).toBe('1');
    expect(proxy.lost).toBe(1);
    expect(await api.stored()).toEqual(oneOrder);

    const second = await placeUntilAnswered(key);
    expect(second.status).toBe(202);
    expect(await api.stored()).toEqual(oneOrder);
    const { body } = await api.get(`/orders/${second.body['orderId'] as string}`);
    expect(body).toMatchObject({ status: 'PENDING' });
  });

  test('after the COMMIT itself was lost gets a new order, since nothing was stored', async () => {
    const key = uuidV7();
    proxy.loseNext('the COMMIT');
    expect(await api.place(key)).toMatchObject({ status: 503 });
    expect(proxy.lost).toBe(1);
    expect(await api.stored()).toEqual(nothing);

    expect(await placeUntilAnswered(key)).toMatchObject({ status: 202 });
    expect(await api.stored()).toEqual(oneOrder);
  });
});

describe('clients whose orders share a transaction', () => {
  test.each(['the COMMIT', 'its answer'] as const)(
    'are told of one order each, where %s is lost',
    async (losing) => {
      const world = await openOrderWorld(async () => proxy.url);
      const { placeOrder, findOrders } = world;
      const sku = await newProduct(world, 100);
      const refused = ['CD-unknown', 'CD-unknown'].map((unknown) =>
        placeOrder.place(orderFor(unknown), uuidV7()),
      );
      void Promise.allSettled(refused);

      proxy.loseNext(losing);
      // These wait for the two that are refused, and so are one group.
      const bodies = Array.from({ length: 10 }, () => orderFor(sku));
      const placed = await Promise.all(bodies.map((body) => placeOrder.place(body, uuidV7())));
      expect(proxy.lost).toBe(1);
      const stored = await Promise.all(
        bodies.map(({ customerId }) => findOrders.list({ customerId, limit: 10 })),
      );
      expect(stored.map(({ orders }) => orders.map(({ orderId }) => orderId))).toEqual(
        placed.map(({ orderId }) => [orderId]),
      );
      expect(await world.count('orders')).toBe(10);
      await world.close();
    },
  );
});
