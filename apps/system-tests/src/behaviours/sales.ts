import { describe, expect, test } from '@jest/globals';
import { eventually } from '@waybill/test-kit';
import { killMissed } from '../harness/kill-missed.js';
import type { Outside } from '../harness/outside.js';
import { ShopSales } from '../harness/shop-sales.js';
import { ShoppingTrip } from '../harness/shopping-trip.js';
import { waybill } from '../harness/waybill-command.js';

const orders = 600;
const rate = 60;

/** What the audit counts of what the shop has sold. */
export function sales({ system, databases, kafka }: Outside): void {
  const shop = new ShopSales({ system, databases });
  const countedOrders = async () => (await shop.byAudit()).reduce((sum, each) => sum + each.orders, 0);

  describe('sales per minute', () => {
    test('are the confirmed orders and their money to the minute, although the audit dies twice', async () => {
      const before = await countedOrders();
      const trip = new ShoppingTrip(system, { orders, rate });
      for (const beyond of [50, 250]) {
        await eventually(async () => expect(await countedOrders()).toBeGreaterThan(before + beyond), 90_000);
        await killMissed('audit', { system, kafka });
        await eventually(async () => expect(await shop.byAudit()).toBeDefined(), 30_000);
      }
      const { confirmed } = await trip.result;
      expect(confirmed).toBeGreaterThan(orders * 0.9);
      await eventually(async () => expect(await shop.byAudit()).toEqual(await shop.byOrders()), 90_000);
    }, 300_000);

    test('are the same once they are rebuilt from the first event', async () => {
      const { code, stdout } = await waybill(
        system.environment,
        ...['projections', 'rebuild', 'sales', '--reason', 'to see', '--actor', 'e2e', '--json'],
      );
      expect(code).toBe(0);
      expect(JSON.parse(stdout)).toMatchObject({ projection: 'sales', differences: [] });
      expect(await shop.byAudit()).toEqual(await shop.byOrders());
    }, 60_000);
  });
}
