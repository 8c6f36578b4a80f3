import { afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { eventually } from '@waybill/test-kit';
import { judgedFor, sound } from '../harness/judgement.js';
import { freshCustomer, type Order } from '../harness/order-api.js';
import type { Outside } from '../harness/outside.js';

/** Each ends in money and stock that are right: captures − refunds = confirmed and not given back. */
export function cancellations(outside: Outside): void {
  const { system, orders, psp, audit, databases } = outside;
  let sku: string;

  beforeAll(async () => {
    sku = await orders.stock({ priceCents: 700 });
  });

  afterEach(() => psp.heal());

  describe('a cancelled order', () => {
    test('that was confirmed is given back, in money and stock, and its journey says so', async () => {
      const orderId = await placed();
      expect(await orders.settled(orderId)).toMatchObject({ status: 'CONFIRMED' });
      const key = randomUUID();
      const asked = await orders.cancel(orderId, key);
      expect(asked).toMatchObject({ status: 202, location: `/orders/${orderId}` });
      expect((await orders.cancel(orderId, key)).body).toEqual(asked.body);
      const order = await orders.calledOff(orderId);
      expect(order).toMatchObject({ status: 'CONFIRMED', cancellation: { state: 'refunded' } });
      await expectSound(order);
      await eventually(async () => {
        const { steps } = await audit.journey(orderId);
        const events = steps.map(({ event }) => event);
        expect(events).toEqual(expect.arrayContaining(['payment.refunded', 'order.refunded']));
      }, 30_000);
    }, 90_000);

    test('whose provider never took the money expires', async () => {
      await psp.behave({ errorRate: 1 });
      const orderId = await placed();
      await askedOf(orderId, 'unknown');
      expect(await orders.cancel(orderId)).toMatchObject({ status: 202 });
      await psp.heal();
      const order = await orders.calledOff(orderId);
      expect(order).toMatchObject({
        status: 'EXPIRED',
        reason: 'cancelled',
        cancellation: { state: 'cancelled' },
      });
      await expectSound(order);
    }, 90_000);

    test('whose money was taken without a word is given back', async () => {
      await psp.behave({ timeoutAfterChargeRate: 1 });
      const orderId = await placed();
      await askedOf(orderId, 'unknown');
      await orders.cancel(orderId);
      await psp.heal();
      const order = await orders.calledOff(orderId);
      expect(order).toMatchObject({ status: 'CONFIRMED', cancellation: { state: 'refunded' } });
      await expectSound(order);
    }, 90_000);

    test('is cancelled or given back, as its capture says, whenever it is asked for', async () => {
      await psp.behave({ delayMs: 200 });
      const ids = await Promise.all(Array.from({ length: 10 }, () => placed()));
      await Promise.all(ids.map((orderId) => orders.cancel(orderId)));
      for (const orderId of ids) await expectSound(await orders.calledOff(orderId));
    }, 120_000);

    test('that ended without money before is refused, as is one that nobody knows', async () => {
      await psp.behave({ declineRate: 1 });
      const orderId = await placed();
      expect(await orders.settled(orderId)).toMatchObject({ status: 'REJECTED' });
      expect(await orders.cancel(orderId)).toMatchObject({ status: 409 });
      expect(await orders.cancel('01939c2e-8a31-7000-8000-00000000000a')).toMatchObject({ status: 404 });
    }, 60_000);
  });

  const placed = () => orders.place({ customerId: freshCustomer(), lines: [{ sku, quantity: 1 }] });

  async function askedOf(orderId: string, state: 'unknown'): Promise<void> {
    const inState = `order_id = '${orderId}' AND state = '${state}'`;
    await eventually(async () => expect(await databases.count('PAYMENTS', 'payments', inState)).toBe(1));
  }

  async function expectSound({ orderId, status }: Order): Promise<void> {
    const captures = status === 'CONFIRMED' ? 1 : 0;
    expect([await psp.captures(orderId), await psp.refunds(orderId)]).toEqual([captures, captures]);
    const right = { ...sound, orders: 1, captures, refunds: captures };
    expect(await judgedFor(system, [orderId])).toMatchObject(right);
  }
}
