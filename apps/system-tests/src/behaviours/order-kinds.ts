import { describe, expect, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { freshCustomer } from '../harness/order-api.js';
import type { Outside } from '../harness/outside.js';

/** Orders that are asked for twice, cost nothing, cost yen, or cannot be filled. */
export function orderKinds({ orders, psp, databases }: Outside): void {
  const skuAt = (priceCents: number) => orders.stock({ priceCents, onHand: 10 });
  const bodyFor = (customerId: string, sku: string) =>
    JSON.stringify({ customerId, lines: [{ sku, quantity: 1 }] });

  describe('an order', () => {
    test('asked for again with the same key and body is answered alike', async () => {
      const body = bodyFor(freshCustomer(), await skuAt(500));
      const key = randomUUID();
      const first = await orders.post(body, key);
      expect(first).toMatchObject({ status: 202, body: { status: 'PENDING' } });
      expect(first.location).toBe(`/orders/${String(first.body['orderId'])}`);
      expect(await orders.post(body, key)).toEqual(first);
    });

    test('asked for at the same moment many times is one order', async () => {
      const customerId = freshCustomer();
      const body = bodyFor(customerId, await skuAt(500));
      const key = randomUUID();
      const answers = await Promise.all(Array.from({ length: 8 }, () => orders.post(body, key)));
      for (const answer of answers) expect(answer).toEqual(answers[0]);
      expect(await databases.count('ORDERS', 'orders', `customer_id = '${customerId}'`)).toBe(1);
    });

    test('of nothing to pay is confirmed without a charge', async () => {
      const orderId = await orders.place({ lines: [{ sku: await skuAt(0), quantity: 2 }] });
      expect(await orders.settled(orderId)).toMatchObject({ status: 'CONFIRMED', totalCents: 0 });
      expect(await psp.captures(orderId)).toBe(0);
      expect(await databases.count('PAYMENTS', 'payments', `order_id = '${orderId}'`)).toBe(0);
    });

    test('in yen is charged in yen, to the yen', async () => {
      const sku = await orders.stock({ priceCents: 1_980, currency: 'JPY' });
      const orderId = await orders.place({ lines: [{ sku, quantity: 1 }], currency: 'JPY' });
      expect(await orders.settled(orderId)).toMatchObject({ status: 'CONFIRMED', currency: 'JPY' });
      const charge = 'SELECT amount_cents::int AS amount, currency FROM charges WHERE order_id = $1';
      expect(await databases.query('PSP', charge, [orderId])).toEqual([{ amount: 1_980, currency: 'JPY' }]);
    });

    test('of more than there is is rejected without a charge', async () => {
      const orderId = await orders.place({ lines: [{ sku: await skuAt(500), quantity: 11 }] });
      expect(await orders.settled(orderId)).toMatchObject({ status: 'REJECTED', reason: 'out-of-stock' });
      expect(await psp.captures(orderId)).toBe(0);
    });
  });
}
