import { randomUUID } from 'node:crypto';
import { afterAll, describe, expect, test } from '@jest/globals';
import { eventually } from '@waybill/test-kit';
import { judgedFor, sound } from '../harness/judgement.js';
import { freshCustomer } from '../harness/order-api.js';
import type { Outside } from '../harness/outside.js';
import { clearMemoryAlarm, raiseMemoryAlarm } from '../harness/rabbitmq-alarm.js';

const orderCount = 100;
/** The outbox's age at which the order API sheds, and room. */
const shedsWithinMs = 60_000;

/** RabbitMQ that is up, and takes nothing. */
export function memoryAlarm({ system, orders, databases }: Outside): void {
  afterAll(() => clearMemoryAlarm(system.site));

  const inHealth = async () => {
    const answer = await fetch(`${system.address('ORDER_URL')}/health/ready`);
    const { reports } = (await answer.json()) as { reports: { rabbitmq: { lastError?: string } } };
    return reports.rabbitmq.lastError;
  };

  describe('while RabbitMQ blocks all that publish', () => {
    test('orders are taken, then shed; nothing is lost, and all settles once it takes messages again', async () => {
      const sku = await orders.stock({ priceCents: 700 });
      const line = { lines: [{ sku, quantity: 1 }] };
      await raiseMemoryAlarm(system.site);
      const orderIds = await Promise.all(Array.from({ length: orderCount }, () => orders.place(line)));
      await eventually(async () => expect(await inHealth()).toContain('publishers are blocked'));
      const waiting = "broker = 'rabbitmq'";
      expect(await databases.count('ORDERS', 'outbox', waiting)).toBeGreaterThanOrEqual(orderCount);

      await eventually(async () => {
        const answer = await orders.post(
          JSON.stringify({ customerId: freshCustomer(), ...line }),
          randomUUID(),
        );
        if (answer.status === 202) orderIds.push(answer.body['orderId'] as string);
        expect(answer).toMatchObject({ status: 503, body: { title: 'Too many orders' } });
      }, shedsWithinMs);

      await clearMemoryAlarm(system.site);
      for (const orderId of orderIds)
        expect(await orders.settled(orderId, 60_000)).toMatchObject({ status: 'CONFIRMED' });
      expect(await judgedFor(system, orderIds)).toMatchObject({ ...sound, orders: orderIds.length });
      expect(await inHealth()).toBeUndefined();
    }, 240_000);
  });
}
