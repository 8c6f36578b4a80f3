import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { uuidV7 } from '@waybill/service-kit';
import { FilledQueue } from '../testing/filled-queue.js';
import { OrderApi } from '../testing/order-api.js';

const unlimited = { slow: 1e9, shed: 2e9 };
const limits = { outboxAgeMs: unlimited, outboxRows: unlimited, queueDepth: unlimited, longestDelayMs: 0 };
let queue: FilledQueue;
let api: OrderApi;
beforeAll(async () => {
  queue = await FilledQueue.open();
  api = await OrderApi.open({ queue: queue.reader(), limits });
});
afterAll(async () => {
  await api.close();
  await queue.close();
});

async function placed(): Promise<string> {
  const { body } = await api.place();
  return body['orderId'] as string;
}

describe('POST /orders/:id/cancellations', () => {
  test('answers 202 and where the order is, and the same to the same key', async () => {
    const orderId = await placed();
    const key = uuidV7();
    const first = await api.cancel(orderId, key);
    expect(first).toMatchObject({ status: 202, body: { orderId, cancellation: { state: 'requested' } } });
    expect(first.headers.get('location')).toBe(`/orders/${orderId}`);
    expect((await api.cancel(orderId, key)).body).toEqual(first.body);
    expect((await api.get(`/orders/${orderId}`)).body).toMatchObject({
      status: 'PENDING',
      cancellation: first.body['cancellation'],
    });
  });

  test('without a key is refused, and changes nothing', async () => {
    const orderId = await placed();
    expect((await api.cancel(orderId)).status).toBe(400);
    expect((await api.get(`/orders/${orderId}`)).body).not.toHaveProperty('cancellation');
  });

  test('of an order that has ended without money answers 409 with the reason', async () => {
    const orderId = await placed();
    await api.database.execute(
      `UPDATE orders SET status = 'EXPIRED', reason = 'expired', settled_at = now() WHERE order_id = $1::uuid`,
      [orderId],
    );
    const answer = await api.cancel(orderId, uuidV7());
    expect(answer).toMatchObject({ status: 409, body: { title: 'Order ended' } });
    expect(answer.body['detail']).toContain('EXPIRED (expired)');
  });

  test('of an order that nobody knows answers 404', async () => {
    expect(await api.cancel(uuidV7(), uuidV7())).toMatchObject({ status: 404 });
  });
});
