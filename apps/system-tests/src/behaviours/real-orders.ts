import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { eventually } from '@waybill/test-kit';
import { judged, sound } from '../harness/judgement.js';
import type { KafkaListener } from '../harness/kafka-outsider.js';
import type { Outside } from '../harness/outside.js';
import type { RabbitmqListener } from '../harness/rabbitmq-outsider.js';
import type { SeenMessage } from '../harness/seen-message.js';
import { ShoppingTrip } from '../harness/shopping-trip.js';

const orders = 1_000;

/** The main job, on real input, with nothing in its way. */
export function realOrders(outside: Outside): void {
  const { system, audit } = outside;
  let onRabbitmq: RabbitmqListener;
  let onKafka: KafkaListener;
  let trip: ShoppingTrip;

  const seen = (): readonly SeenMessage[] => [...onRabbitmq.seen, ...onKafka.seen];

  beforeAll(async () => {
    onRabbitmq = await outside.rabbitmq.listen('order_exchange');
    onKafka = await outside.kafka.listen('order-events', 'payments');
    trip = new ShoppingTrip(system, { orders });
    await trip.result;
  }, 150_000);

  afterAll(() => Promise.all([onRabbitmq.close(), onKafka.close()]));

  describe('a thousand real orders', () => {
    test('all settle', async () => {
      const { confirmed, rejected, ...result } = await trip.result;
      // As fast as they are taken, and still far from what makes the API shed.
      expect(result).toMatchObject({ orders, stuck: 0, unanswered: 0, expired: 0, shed: 0 });
      expect(confirmed + rejected).toBe(orders);
      expect(confirmed).toBeGreaterThan(orders * 0.9);
    });

    test('are paid once, sold once and audited once, each customer’s in order', async () => {
      const verdict = await judged(system, trip.orderIdsFile);
      expect(verdict).toMatchObject({ ...sound, orders });
    }, 90_000);

    test('leave an audit chain that is whole, and rails that agree', async () => {
      expect(await audit.verify()).toMatchObject({ ok: true });
      await eventually(async () =>
        expect(await audit.reconciliation()).toMatchObject({ differences: [], pending: 0 }),
      );
    }, 30_000);

    test('are one trace each, from the first message to the last, on both rails', async () => {
      const orderIds = await trip.orderIds();
      const traces = new Map(orderIds.map((orderId) => [orderId, new Set<string | undefined>()]));
      for (const { orderId, traceId } of seen()) traces.get(orderId)?.add(traceId);
      expect([...traces.values()].filter(({ size }) => size !== 1)).toEqual([]);
      expect(new Set([...traces.values()].flatMap((each) => [...each])).size).toBe(orders);
    });

    test('are counted, and every service shows its metrics', async () => {
      const services = ['ORDER_URL', 'PAYMENT_URL', 'AUDIT_URL', 'PSP_URL'];
      const pages = services.map(async (name) => (await fetch(`${system.address(name)}/metrics`)).text());
      const [order, ...others] = await Promise.all(pages);
      const handled = 'waybill_messages_handled_total{messaging_destination_subscription_name';
      expect(order).toContain(`${handled}="order_processing"} ${orders}\n`);
      expect(order).toContain('waybill_backpressure_state{state="shedding"} 0\n');
      for (const page of others) expect(page).toContain('# TYPE target_info gauge\n');
    });

    test('have a journey that tells each step', async () => {
      const orderId = seen().find(({ type }) => type === 'payment.captured')!.orderId;
      const { status, steps, traceId } = await audit.journey(orderId);
      expect(status).toBe('CONFIRMED');
      expect(traceId).toMatch(/^[0-9a-f]{32}$/);
      expect(steps.map(({ event, rail }) => `${event} ${rail}`).sort()).toEqual([
        'order.confirmed kafka',
        'order.confirmed rabbitmq',
        'order.created kafka',
        'order.created rabbitmq',
        'payment.captured kafka',
      ]);
    });
  });
}
