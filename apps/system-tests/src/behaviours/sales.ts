import { describe, expect, test } from '@jest/globals';
import { eventually } from '@waybill/test-kit';
import type { Outside } from '../harness/outside.js';
import { ShoppingTrip } from '../harness/shopping-trip.js';
import { waybill } from '../harness/waybill-command.js';

const orders = 600;
const rate = 60;

interface MinuteSold {
  readonly minute: string;
  readonly currency: string;
  readonly orders: number;
  readonly cents: number;
}

/** What the audit counts of what the shop has sold. */
export function sales({ system, databases }: Outside): void {
  /** By the orders' own word. */
  const sold = () =>
    databases.query<MinuteSold>(
      'ORDERS',
      `SELECT date_trunc('minute', settled_at) AS minute, currency,
              count(*)::float8 AS orders, sum(total_cents)::float8 AS cents
       FROM orders WHERE status = 'CONFIRMED' GROUP BY 1, 2 ORDER BY 1, 2`,
    );
  const asked = async () => {
    const answer = await fetch(`${system.address('AUDIT_URL')}/sales?minutes=1440&limit=10000`);
    return ((await answer.json()) as { sales: MinuteSold[] }).sales;
  };
  const counted = async () =>
    (await asked())
      .map((each) => ({ ...each, minute: new Date(each.minute) }))
      .toSorted((a, b) => +a.minute - +b.minute || (a.currency < b.currency ? -1 : 1));
  const countedOrders = async () => (await asked()).reduce((sum, each) => sum + each.orders, 0);

  describe('sales per minute', () => {
    test('are the confirmed orders and their money to the minute, although the audit dies twice', async () => {
      const before = await countedOrders();
      const trip = new ShoppingTrip(system, { orders, rate });
      for (const beyond of [50, 250]) {
        await eventually(async () => expect(await countedOrders()).toBeGreaterThan(before + beyond), 90_000);
        await system.kill('audit');
        await eventually(async () => expect(await asked()).toBeDefined(), 30_000);
      }
      const { confirmed } = await trip.result;
      expect(confirmed).toBeGreaterThan(orders * 0.9);
      await eventually(async () => expect(await counted()).toEqual(await sold()), 90_000);
    }, 300_000);

    test('are the same once they are rebuilt from the first event', async () => {
      const { code, stdout } = await waybill(
        system.environment,
        ...['projections', 'rebuild', 'sales', '--reason', 'to see', '--actor', 'e2e', '--json'],
      );
      expect(code).toBe(0);
      expect(JSON.parse(stdout)).toMatchObject({ projection: 'sales', differences: [] });
      expect(await counted()).toEqual(await sold());
    }, 60_000);
  });
}
