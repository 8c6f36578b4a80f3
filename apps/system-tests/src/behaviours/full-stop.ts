import { afterAll, describe, expect, test } from '@jest/globals';
import { eventually } from '@waybill/test-kit';
import { findRunning } from '../../../../tools/servers/running.ts';
import { serviceNames } from '../../../../tools/servers/site.ts';
import { judged, sound } from '../harness/judgement.js';
import type { Outside } from '../harness/outside.js';
import { ShoppingTrip } from '../harness/shopping-trip.js';

const orders = 300;
const graceMs = 20_000;

/** What a deployment does to orders that are on their way. */
export function fullStop(outside: Outside): void {
  const { system, databases, psp } = outside;
  let trip: ShoppingTrip | undefined;

  afterAll(async () => {
    trip?.abandon();
    await psp.heal();
  });

  describe('a stop of all services in the middle of a run', () => {
    test('drains each within its grace period, exit code 0, and leaves none running', async () => {
      await psp.behave({ delayMs: 100 });
      const before = await databases.count('ORDERS', 'orders');
      trip = new ShoppingTrip(system, { orders, rate: 50 });
      await eventually(async () => {
        expect(await databases.count('ORDERS', 'orders')).toBeGreaterThan(before + orders / 3);
        expect(await databases.count('ORDERS', 'orders', "status = 'PENDING'")).toBeGreaterThan(0);
      }, 30_000);
      for (const { name, code, afterMs } of await system.stopServices()) {
        expect({ name, code }).toEqual({ name, code: 0 });
        expect(afterMs).toBeLessThan(graceMs);
      }
      for (const name of serviceNames) expect(await findRunning(system.site, name)).toBeUndefined();
    }, 60_000);

    test('and a start lose nothing and double nothing', async () => {
      await system.startServices();
      await psp.heal();
      expect(await trip!.result).toMatchObject({ orders, stuck: 0, unanswered: 0 });
      expect(await judged(system, trip!.orderIdsFile)).toMatchObject({ ...sound, orders });
    }, 180_000);
  });
}
