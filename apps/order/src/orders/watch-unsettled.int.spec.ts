import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { uuidV7 } from '@waybill/service-kit';
import { metricsPage, startTelemetry } from '@waybill/telemetry';
import { newProduct, openOrderWorld, orderFor, type OrderWorld } from '../testing/order-world.js';
import { paymentCaptured, paymentUnknown } from './order.js';
import { WatchUnsettled } from './watch-unsettled.js';

let world: OrderWorld;
let watch: WatchUnsettled;
let stop: () => Promise<void>;
beforeAll(async () => {
  stop = await startTelemetry('watch-unsettled-test', {});
  world = await openOrderWorld();
  watch = new WatchUnsettled(world.database);
  watch.show();
});
afterAll(async () => {
  await world.close();
  await stop();
});

const shown = async () =>
  (await metricsPage())!
    .split('\n')
    .filter((line) => /^waybill_orders_(unsettled|oldest|settle_duration_c)/.test(line));

async function placed(): Promise<string> {
  const sku = await newProduct(world, 10);
  return (await world.placeOrder.place(orderFor(sku), uuidV7())).orderId;
}

test('pending orders are shown by what they wait for, each reason also when nothing waits for it', async () => {
  expect(await shown()).toEqual([]);
  await watch.look();
  const nothing = (reason: string) => [
    `waybill_orders_unsettled{reason="${reason}"} 0`,
    `waybill_orders_oldest_unsettled_age{reason="${reason}"} 0`,
  ];
  expect((await shown()).sort()).toEqual([...nothing(''), ...nothing('payment-unknown')].sort());

  const [waiting, unknown] = [await placed(), await placed()];
  await world.within((transaction) =>
    world.carryOut.onOrder(unknown, transaction, (order) => paymentUnknown(order)),
  );
  const agedAt = Date.now();
  await world.database.execute(
    `UPDATE orders SET created_at = now() - interval '90 s' WHERE order_id = $1::uuid`,
    [waiting],
  );
  await watch.look();
  const lines = await shown();
  expect(lines).toContain('waybill_orders_unsettled{reason=""} 1');
  expect(lines).toContain('waybill_orders_unsettled{reason="payment-unknown"} 1');
  const age = lines.find((line) => line.startsWith('waybill_orders_oldest_unsettled_age{reason=""}'))!;
  const seconds = Number(age.split(' ').at(-1));
  expect(seconds).toBeGreaterThanOrEqual(90);
  expect(seconds).toBeLessThanOrEqual(90 + (Date.now() - agedAt) / 1_000);
});

test('an order’s time to be settled is counted once, when the change is committed', async () => {
  const orderId = await placed();
  const capture = (fails: boolean) =>
    world.within(async (transaction) => {
      await world.carryOut.onOrder(orderId, transaction, (order) => paymentCaptured(order, new Date()));
      if (fails) throw new Error('rolled back');
    });
  await expect(capture(true)).rejects.toThrow('rolled back');
  await capture(false);
  await capture(false);
  expect(await shown()).toContain('waybill_orders_settle_duration_count{status="CONFIRMED"} 1');
});
