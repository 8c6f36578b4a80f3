import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { eventually } from '@waybill/test-kit';
import type { Outside } from '../harness/outside.js';
import type { RabbitmqListener } from '../harness/rabbitmq-outsider.js';

const backlog = 60;
/** Handed to the consumer before the express order came: those are not overtaken. */
const prefetched = 10;

/** Orders in a hurry. */
export function express({ orders, rabbitmq, databases }: Outside): void {
  let exchange: RabbitmqListener;

  beforeAll(async () => {
    exchange = await rabbitmq.listen('order_exchange');
  });

  afterAll(() => exchange.close());

  describe('an express order', () => {
    test('overtakes a backlog, but for what the consumer already holds', async () => {
      const [busy, other] = [await stocked(), await stocked()];
      const expressId = await databases.whileLocked('ORDERS', lockProduct, [busy], async () => {
        await place(busy);
        await Promise.all(Array.from({ length: backlog }, () => place(other)));
        await waiting(backlog - prefetched);
        const orderId = await place(other, true);
        await waiting(backlog - prefetched + 1);
        return orderId;
      });
      await eventually(() => expect(reservedBefore(expressId)).toBeLessThan(2 * prefetched));
    }, 30_000);
  });

  const lockProduct = 'SELECT FROM products WHERE sku = $1 FOR UPDATE';

  const stocked = () => orders.stock({ priceCents: 500 });

  const place = (sku: string, express = false) => orders.place({ lines: [{ sku, quantity: 1 }], express });

  /** So many `order.created` wait behind the one whose product is locked. */
  function waiting(count: number): Promise<void> {
    return eventually(async () => {
      expect(await rabbitmq.ready('order_processing')).toBeGreaterThanOrEqual(count);
    });
  }

  /** How many orders had their stock, and asked for their money, before this one did. */
  function reservedBefore(orderId: string): number {
    const requests = exchange.seen.filter(({ type }) => type === 'payment.requested');
    const place = requests.findIndex((request) => request.orderId === orderId);
    return place < 0 ? Infinity : place;
  }
}
