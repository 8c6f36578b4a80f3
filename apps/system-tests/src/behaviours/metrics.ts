import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { eventually, upToThreeTimes } from '@waybill/test-kit';
import { randomUUID } from 'node:crypto';
import { differences } from '../../../../tools/metrics/differences.ts';
import { valueOn } from '../../../../tools/metrics/read-page.ts';
import type { ServiceName } from '../../../../tools/servers/site.ts';
import { kafkaEnvelope } from '../harness/cloud-event.js';
import { freshCustomer } from '../harness/order-api.js';
import type { Outside } from '../harness/outside.js';
import { waybill } from '../harness/waybill-command.js';

const group = 'order-processing-group';
const urls = ['ORDER_URL', 'PAYMENT_URL', 'AUDIT_URL', 'NOTIFICATION_URL', 'PSP_URL'];
const of = (subscription: string) => ({ messaging_destination_subscription_name: subscription });

/** What services show of themselves while real orders, and all that may go wrong with them, pass through. */
export function metrics(outside: Outside): void {
  const { system, orders, psp, kafka, databases } = outside;
  const shown = async (service: ServiceName, family: string, labels = {}) =>
    valueOn(await outside.metrics.page(service), family, labels) ?? 0;
  const post = (path: string, body: object) =>
    fetch(`${system.address('ORDER_URL')}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
  let sku: string;

  beforeAll(async () => void (sku = await orders.stock({ priceCents: 800 })));
  afterAll(() => psp.heal());

  const placed = (customerId = freshCustomer()) =>
    orders.place({ customerId, customerEmail: `${customerId}@example.com`, lines: [{ sku, quantity: 1 }] });

  describe('the metrics', () => {
    test('tell of an order that waits for its payment, why and since when, and of the retry', async () => {
      const retries = () => shown('payment', 'waybill_messages_retries_total', of('payment_queue'));
      const unknown = { reason: 'payment-unknown' };
      const before = await retries();
      await psp.behave({ timeoutAfterChargeRate: 1 });
      const orderId = await placed();
      await eventually(async () => expect(await retries()).toBeGreaterThan(before), 30_000);
      await eventually(async () => {
        expect(await shown('order', 'waybill_orders_unsettled', unknown)).toBeGreaterThan(0);
        expect(await shown('order', 'waybill_orders_oldest_unsettled_age', unknown)).toBeGreaterThan(1);
      }, 30_000);
      await psp.heal();
      // Sooner than its payment is asked about again.
      expect(await orders.cancel(orderId)).toMatchObject({ status: 202 });
      await orders.calledOff(orderId);
      await eventually(
        async () => expect(await shown('order', 'waybill_orders_unsettled', unknown)).toBe(0),
        30_000,
      );
    }, 150_000);

    test('tell of a dead letter, of what is parked behind it, and that both have ended', async () => {
      const [customerId, id] = [freshCustomer(), randomUUID()];
      const parked = () => shown('order', 'waybill_subscription_parked', of(group));
      const open = () => shown('audit', 'waybill_dead_letters_open', of(group));
      const before = { parked: await parked(), open: await open() };
      const headers = kafkaEnvelope({ id, type: 'payment.unheard-of', subject: id });
      await kafka.send('payments', [{ key: customerId, value: JSON.stringify({ orderId: id }), headers }]);
      const orderId = await placed(customerId);
      await eventually(async () => {
        expect(await parked()).toBe(before.parked + 2);
        expect(await open()).toBe(before.open + 1);
      }, 45_000);
      expect(await shown('audit', 'waybill_dead_letters_oldest_age', of(group))).toBeGreaterThan(0);

      const discard = ['discard', id, '--reason', 'an end-to-end test'];
      expect(await waybill(system.environment, 'dead-letters', ...discard)).toMatchObject({ code: 0 });
      expect(await orders.settled(orderId)).toMatchObject({ status: 'CONFIRMED' });
      await eventually(async () => {
        expect(await parked()).toBe(before.parked);
        expect(await open()).toBe(before.open);
      }, 45_000);
    }, 150_000);

    test('name the process whose open transaction holds back the outbox, while it does', async () => {
      const heldBack = () => shown('order', 'waybill_outbox_held_back');
      await databases.whileLocked('ORDERS', 'LOCK TABLE outbox IN ROW EXCLUSIVE MODE', [], () =>
        eventually(async () => expect(await heldBack()).toBeGreaterThan(1), 30_000),
      );
      await eventually(async () => expect(await heldBack()).toBe(0), 30_000);
    }, 90_000);

    test('are those of the registry on every service, none missing and none unknown', async () => {
      expect(await orders.settled(await placed())).toMatchObject({ status: 'CONFIRMED' });
      expect((await post('/quotes', { customerId: 'c-1', totalCents: 10_000 })).status).toBe(200);
      expect((await post('/activity', { customerId: 'c-1', kind: 'viewed', sku })).status).toBe(202);
      // Some services are asked nothing but probes otherwise.
      for (const url of urls) expect((await fetch(`${system.address(url)}/docs-json`)).status).toBe(200);
      await eventually(async () => {
        const pages = await outside.metrics.pages();
        expect(pages.flatMap(([name, page]) => differences(name, page))).toEqual([]);
      }, 60_000);
    }, 120_000);

    test('are answered at once while a broker stands still: asking for them asks nobody', async () => {
      await system.freeze('rabbitmq');
      try {
        const answeredMs = async () => {
          const startedAt = performance.now();
          await outside.metrics.pages();
          return performance.now() - startedAt;
        };
        // Whoever asked the broker would wait for it each time.
        expect(await upToThreeTimes(answeredMs, (ms) => ms < 1_000)).toBeLessThan(1_000);
      } finally {
        await system.thaw('rabbitmq');
      }
      expect(await orders.settled(await placed(), 60_000)).toMatchObject({ status: 'CONFIRMED' });
    }, 120_000);
  });
}
