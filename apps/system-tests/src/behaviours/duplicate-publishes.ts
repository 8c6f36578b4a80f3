import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { eventually } from '@waybill/test-kit';
import { judgedFor, sound } from '../harness/judgement.js';
import type { KafkaListener } from '../harness/kafka-outsider.js';
import type { Outside } from '../harness/outside.js';
import type { RabbitmqListener } from '../harness/rabbitmq-outsider.js';
import { ServiceLogs } from '../harness/service-logs.js';

const copies = 5;

/** Messages that arrive again, byte for byte, as a broker or a careless publisher would send them. */
export function duplicatePublishes(outside: Outside): void {
  const { system, orders, rabbitmq, kafka, databases, psp } = outside;
  let onRabbitmq: RabbitmqListener;
  let onKafka: KafkaListener;
  let orderId: string;
  let sku: string;
  let logs: ServiceLogs;

  beforeAll(async () => {
    logs = await ServiceLogs.fromNow(system.site);
    onRabbitmq = await rabbitmq.listen('order_exchange');
    onKafka = await kafka.listen('payments');
    sku = await orders.stock({ priceCents: 1_200, onHand: 10 });
    orderId = await orders.place({ lines: [{ sku, quantity: 3 }] });
  }, 30_000);

  afterAll(() => Promise.all([onRabbitmq.close(), onKafka.close()]));

  describe('the same message published again and again', () => {
    test.each(['order.created', 'payment.requested'])('has one effect: %s on RabbitMQ', async (type) => {
      const id = await publishCopies(type);
      await handledAgain(id, type === 'order.created' ? 2 * copies : copies);
      await expectOneEffect();
    });

    test('has one effect: payment.captured on Kafka', async () => {
      const captured = await eventuallyFound(() => ofOrder(onKafka.seen));
      const { key, value, headers } = captured.raw;
      await kafka.send(
        'payments',
        Array.from({ length: copies }, () => ({ key, value, headers })),
      );
      await handledAgain(captured.id, 2 * copies);
      await expectOneEffect();
    });

    test('has one effect while it is still being handled: payment.requested, as the money moves', async () => {
      await psp.behave({ delayMs: 500 });
      orderId = await orders.place({ lines: [{ sku, quantity: 3 }] });
      await publishCopies('payment.requested');
      await psp.heal();
      await expectOneEffect(4);
    });

    test('appears once in what the judge reads', async () => {
      expect(await judgedFor(system, [orderId])).toMatchObject({ ...sound, orders: 1, captures: 1 });
    }, 70_000);
  });

  async function publishCopies(type: string): Promise<string> {
    const original = await eventuallyFound(() =>
      ofOrder(onRabbitmq.seen.filter((each) => each.type === type)),
    );
    const { content, properties } = original.raw;
    for (let copy = 0; copy < copies; copy++)
      await rabbitmq.publish('order_exchange', type, content, properties);
    return original.id;
  }

  /** Each copy reached each subscription, and was known there. */
  function handledAgain(id: string, times: number): Promise<void> {
    return eventually(async () => {
      const again = (await logs.duplicates()).filter(({ messageId }) => messageId === id);
      expect(again).toHaveLength(times);
    }, 15_000);
  }

  async function expectOneEffect(onHand = 7): Promise<void> {
    expect(await orders.settled(orderId)).toMatchObject({ status: 'CONFIRMED', totalCents: 3_600 });
    expect(await psp.captures(orderId)).toBe(1);
    const shelf = 'SELECT on_hand::int AS "onHand", reserved::int FROM products WHERE sku = $1';
    expect(await databases.query('ORDERS', shelf, [sku])).toEqual([{ onHand, reserved: 0 }]);
  }

  function ofOrder<Seen extends { orderId: string }>(seen: readonly Seen[]): Seen | undefined {
    return seen.find((each) => each.orderId === orderId);
  }
}

async function eventuallyFound<T>(look: () => T | undefined): Promise<T> {
  let found: T | undefined;
  await eventually(() => expect((found = look())).toBeDefined(), 15_000);
  return found!;
}
