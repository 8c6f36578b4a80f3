import { afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { eventually } from '@waybill/test-kit';
import { judgedFor, sound } from '../harness/judgement.js';
import { rabbitmqEnvelope } from '../harness/cloud-event.js';
import { freshCustomer } from '../harness/order-api.js';
import type { Outside } from '../harness/outside.js';

/** What the wait queue hands over after 15 minutes, handed over now. */
export function expiry(outside: Outside): void {
  const { system, orders, psp, rabbitmq, databases } = outside;
  let sku: string;

  beforeAll(async () => {
    sku = await orders.stock({ priceCents: 800 });
  });

  afterEach(() => psp.heal());

  describe('an order whose time is up', () => {
    test('expires when the provider never took the money, and never will', async () => {
      await psp.behave({ errorRate: 1 });
      const orderId = await placeAndAsk('unknown');
      await psp.heal();
      expect(await expired(orderId)).toMatchObject({ status: 'EXPIRED' });
      await expectSound(orderId, 0);
    }, 90_000);

    test('is confirmed when the provider took the money without saying so', async () => {
      await psp.behave({ timeoutAfterChargeRate: 1 });
      const orderId = await placeAndAsk('unknown');
      await psp.heal();
      expect(await expired(orderId)).toMatchObject({ status: 'CONFIRMED' });
      await expectSound(orderId, 1);
    }, 90_000);

    test('is confirmed or expired, as its captures say, while the charge is being made', async () => {
      await psp.behave({ delayMs: 1_000 });
      const orderId = await placeAndAsk('asking');
      const { status } = await expired(orderId);
      await expectSound(orderId, status === 'CONFIRMED' ? 1 : 0);
    }, 120_000);

    test('stays as it is once it is settled', async () => {
      const orderId = await orders.place({ lines: [{ sku, quantity: 1 }] });
      await orders.settled(orderId);
      expect(await expired(orderId)).toMatchObject({ status: 'CONFIRMED' });
      await expectSound(orderId, 1);
    }, 90_000);
  });

  async function placeAndAsk(state: 'asking' | 'unknown'): Promise<string> {
    const orderId = await orders.place({ customerId: freshCustomer(), lines: [{ sku, quantity: 1 }] });
    const inState = `order_id = '${orderId}' AND state = '${state}'`;
    await eventually(async () => expect(await databases.count('PAYMENTS', 'payments', inState)).toBe(1));
    return orderId;
  }

  /** The order, settled, after its `order.expire` was handled. */
  async function expired(orderId: string) {
    const { customerId } = await orders.find(orderId);
    const id = randomUUID();
    await rabbitmq.send('order_expiry', Buffer.from(JSON.stringify({ orderId, customerId })), {
      messageId: id,
      headers: rabbitmqEnvelope({ id, type: 'order.expire', subject: orderId }),
    });
    const handled = `subscription = 'order_expiry' AND message_id = '${id}'`;
    await eventually(async () => expect(await databases.count('ORDERS', 'inbox', handled)).toBe(1));
    return orders.settled(orderId, 45_000);
  }

  async function expectSound(orderId: string, captures: number): Promise<void> {
    expect(await psp.captures(orderId)).toBe(captures);
    expect(await judgedFor(system, [orderId])).toMatchObject({ ...sound, orders: 1, captures });
  }
}
