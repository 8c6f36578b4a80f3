import { afterAll, describe, expect, test } from '@jest/globals';
import { eventually } from '@waybill/test-kit';
import { judgedFor, sound } from '../harness/judgement.js';
import type { Outside } from '../harness/outside.js';

const orderCount = 40;
/** An unknown outcome is asked about again after 30 s; the rest is room. */
const askedAgainWithinMs = 60_000;

/**
 * A provider that takes the money and says nothing, or fails. Others have their turn until what is in doubt is asked about
 * again.
 */
export function pspTrouble(outside: Outside): { begins(): void; ends(): void } {
  const { system, orders, psp, databases, audit } = outside;
  let orderIds: readonly string[] = [];
  let waiting: readonly string[] = [];

  const begins = () =>
    describe('a payment provider that hangs after charging, or answers with errors', () => {
      afterAll(() => psp.heal());

      test('leaves orders waiting, which say what for', async () => {
        const sku = await orders.stock({ priceCents: 900 });
        await psp.behave({ timeoutAfterChargeRate: 0.3, errorRate: 0.3 });
        const place = () => orders.place({ lines: [{ sku, quantity: 1 }] });
        orderIds = await Promise.all(Array.from({ length: orderCount }, place));
        await allAskedAbout(orderIds);
        expect(await unknown(orderIds)).toBeGreaterThan(0);
        await eventually(async () =>
          expect((waiting = await waitingFor('payment-unknown', orderIds)).length).toBeGreaterThan(0),
        );
      }, 90_000);
    });

  const ends = () =>
    describe('a payment provider that hung after charging, or answered with errors,', () => {
      test('has charged each order once, and every order settles now that it is healed', async () => {
        expect(orderIds).toHaveLength(orderCount);
        for (const orderId of orderIds) {
          expect(await orders.settled(orderId, askedAgainWithinMs)).toMatchObject({ status: 'CONFIRMED' });
          expect(await psp.captures(orderId)).toBe(1);
        }
        expect(await judgedFor(system, orderIds)).toMatchObject({ ...sound, orders: orderCount });
        await journeyTellsOfWaiting(waiting[0]!);
      }, 120_000);
    });

  return { begins, ends };

  /** Each has its first outcome, known or unknown. */
  function allAskedAbout(orderIds: readonly string[]): Promise<void> {
    const asked = `state <> 'asking' AND order_id IN (${listed(orderIds)})`;
    return eventually(
      async () => expect(await databases.count('PAYMENTS', 'payments', asked)).toBe(orderCount),
      60_000,
    );
  }

  async function waitingFor(reason: string, orderIds: readonly string[]): Promise<string[]> {
    const rows = await databases.query<{ id: string }>(
      'ORDERS',
      `SELECT order_id::text AS id FROM orders
       WHERE status = 'PENDING' AND reason = '${reason}' AND order_id IN (${listed(orderIds)})`,
    );
    return rows.map(({ id }) => id);
  }

  function journeyTellsOfWaiting(orderId: string): Promise<void> {
    const putOff = { event: 'delivery.retried', subscription: 'payment_queue', because: 'payment-unknown' };
    return eventually(async () =>
      expect((await audit.journey(orderId)).steps).toContainEqual(expect.objectContaining(putOff)),
    );
  }

  function unknown(orderIds: readonly string[]): Promise<number> {
    return databases.count('PAYMENTS', 'payments', `state = 'unknown' AND order_id IN (${listed(orderIds)})`);
  }
}

const listed = (ids: readonly string[]): string => ids.map((id) => `'${id}'`).join(', ');
