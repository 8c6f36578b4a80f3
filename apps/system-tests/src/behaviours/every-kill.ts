import { afterAll, describe, expect, test } from '@jest/globals';
import { eventually } from '@waybill/test-kit';
import { judged, sound } from '../harness/judgement.js';
import { killInFlight, type Kill } from '../harness/kill-in-flight.js';
import { killPlan } from '../harness/kill-plan.js';
import type { Outside } from '../harness/outside.js';
import { ServiceLogs } from '../harness/service-logs.js';
import { ShoppingTrip } from '../harness/shopping-trip.js';

const seed = 4;
const orders = 1_000;
const ordersPerSecond = 50;

/** Slow enough that payments pile up behind it until the last kill. */
const psp = { delayMs: 400 };

/** Kills while a thousand real orders are on their way. */
export function everyKill(outside: Outside): void {
  const { system, databases, audit } = outside;
  let trip: ShoppingTrip | undefined;

  afterAll(async () => {
    trip?.abandon();
    await outside.psp.heal();
  });

  describe('every service, a Kafka broker, RabbitMQ and SQS, each killed with work in flight', () => {
    let logs: ServiceLogs;
    const kills: Kill[] = [];

    test('die while orders are unsettled, and all orders settle', async () => {
      logs = await ServiceLogs.fromNow(system.site);
      const before = await databases.count('ORDERS', 'orders');
      await outside.psp.behave(psp);
      trip = new ShoppingTrip(system, { orders, rate: ordersPerSecond });
      for (const planned of killPlan(seed, orders)) {
        await accepted(before + planned.afterOrders);
        kills.push(await killInFlight(planned, outside));
      }
      await outside.psp.heal();
      expect(kills.filter(({ unsettledAfter }) => unsettledAfter === 0)).toEqual([]);
      expect(await trip.result).toMatchObject({ orders, stuck: 0, unanswered: 0, expired: 0 });
    }, 240_000);

    test('lose nothing and double nothing, and keep each customer’s order', async () => {
      expect(await judged(system, trip!.orderIdsFile)).toMatchObject({ ...sound, orders });
    }, 120_000);

    test('leave an audit chain that is whole, and rails that agree', async () => {
      await eventually(async () => {
        expect(await audit.verify()).toMatchObject({ ok: true });
        expect(await audit.reconciliation()).toMatchObject({ differences: [], pending: 0 });
      }, 60_000);
    }, 70_000);

    test('have made the brokers deliver handled messages again', async () => {
      expect((await logs.duplicates()).length).toBeGreaterThan(0);
    });
  });

  function accepted(count: number): Promise<void> {
    return eventually(async () => {
      expect(await databases.count('ORDERS', 'orders')).toBeGreaterThanOrEqual(count);
    }, 60_000);
  }
}
