import { describe, expect, test } from '@jest/globals';
import { eventually } from '@waybill/test-kit';
import { freshCustomer } from '../harness/order-api.js';
import type { Outside } from '../harness/outside.js';

/** A customer asks to be forgotten. */
export function erasure({ orders, audit, databases }: Outside): void {
  const place = async (customerId: string) => {
    const sku = await orders.stock({ priceCents: 900 });
    const customerEmail = `${customerId}@example.com`;
    const orderId = await orders.place({ customerId, customerEmail, lines: [{ sku, quantity: 1 }] });
    await orders.settled(orderId);
    return orderId;
  };
  const personalOf = async (orderId: string) => {
    const { steps } = await audit.journey(orderId);
    return steps.flatMap(({ personal }) => (personal ? [personal] : []));
  };

  describe('erasure', () => {
    test('leaves no address in order and audit, the chain whole, and other customers as they are', async () => {
      const [mine, other] = [freshCustomer(), freshCustomer()];
      const [myOrder, otherOrder] = [await place(mine), await place(other)];
      await eventually(async () => {
        expect(await personalOf(myOrder)).toEqual([{ customerEmail: `${mine}@example.com` }]);
        expect(await personalOf(otherOrder)).toEqual([{ customerEmail: `${other}@example.com` }]);
      });

      expect(await audit.erase(mine, 'e2e')).toMatchObject({ customerId: mine, erasedBy: 'e2e' });
      expect(await orders.erase(mine, 'e2e')).toMatchObject({ customerId: mine, erasedBy: 'e2e' });

      expect(await personalOf(myOrder)).toEqual([{ customerEmail: 'erased' }]);
      expect(await personalOf(otherOrder)).toEqual([{ customerEmail: `${other}@example.com` }]);
      expect(await audit.verify()).toMatchObject({ ok: true });
      const left = `customer_id = '${mine}' AND customer_email IS NOT NULL`;
      expect(await databases.count('ORDERS', 'orders', left)).toBe(0);
    }, 60_000);
  });
}
