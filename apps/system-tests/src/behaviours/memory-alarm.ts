import { randomUUID } from 'node:crypto';
import { afterAll, describe, expect, test } from '@jest/globals';
import { eventually } from '@waybill/test-kit';
import { judgedFor, sound } from '../harness/judgement.js';
import { freshCustomer } from '../harness/order-api.js';
import type { Outside } from '../harness/outside.js';
import { clearMemoryAlarm, raiseMemoryAlarm } from '../harness/rabbitmq-alarm.js';
import { ServiceLogs } from '../harness/service-logs.js';

const orderCount = 100;
/** The outbox's age at which the order API sheds, and room. */
const shedsWithinMs = 60_000;

/** RabbitMQ that is up, and takes nothing. */
export function memoryAlarm({ system, orders, databases }: Outside): void {
  afterAll(() => clearMemoryAlarm(system.site));

  const health = async () => {
    const answer = await fetch(`${system.address('ORDER_URL')}/health/ready`);
    const { reports } = (await answer.json()) as { reports: { rabbitmq: { state: string } } };
    return reports.rabbitmq;
  };
  const blocked = { state: 'blocked', lastError: expect.stringContaining('publishers are blocked') };

  describe('while RabbitMQ blocks all that publish', () => {
    test('orders are taken, then shed; nothing is lost or tried in vain, and all settles once it takes messages again', async () => {
      const sku = await orders.stock({ priceCents: 700 });
      const line = { lines: [{ sku, quantity: 1 }] };
      const logs = await ServiceLogs.fromNow(system.site);
      await raiseMemoryAlarm(system.site);
      const orderIds = await Promise.all(Array.from({ length: orderCount }, () => orders.place(line)));
      await eventually(async () => expect(await health()).toMatchObject(blocked));
      const waiting = "broker = 'rabbitmq'";
      expect(await databases.count('ORDERS', 'outbox', waiting)).toBeGreaterThanOrEqual(orderCount);

      await eventually(async () => {
        const answer = await orders.post(
          JSON.stringify({ customerId: freshCustomer(), ...line }),
          randomUUID(),
        );
        if (answer.status === 202) orderIds.push(answer.body['orderId'] as string);
        expect(answer).toMatchObject({ status: 503, body: { title: 'Too many orders' } });
        expect(Number(answer.retryAfter)).toBeGreaterThan(0);
      }, shedsWithinMs);

      await clearMemoryAlarm(system.site);
      for (const orderId of orderIds)
        expect(await orders.settled(orderId, 60_000)).toMatchObject({ status: 'CONFIRMED' });
      expect(await judgedFor(system, orderIds)).toMatchObject({ ...sound, orders: orderIds.length });
      expect(await health()).toEqual({ state: 'connected' });
      expect(await logs.retriesOf(orderIds)).toEqual([]);
    }, 240_000);
  });
}
