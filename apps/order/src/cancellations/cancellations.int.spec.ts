import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { uuidV7 } from '@waybill/service-kit';
import { SweepUnpaidOrders } from '../expiry/sweep-unpaid-orders.js';
import { OnOrderCreated } from '../orders/on-order-created.handler.js';
import {
  paymentCancelled,
  paymentCaptured,
  paymentDeclined,
  timeIsUp,
  type Decision,
  type Order,
} from '../orders/order.js';
import { present } from '../orders/order-row.js';
import { newProduct, openOrderWorld, orderFor, type OrderWorld } from '../testing/order-world.js';
import { CancelOrder } from './cancel-order.js';
import { paymentRefunded } from './cancellation.js';

/**
 * The order's side of every interleaving. Payment's side (refunds and commands at once) is proved in apps/payment; here
 * its answers come as it would give them: cancelled only when nothing was captured, refunded only after the command.
 */
let world: OrderWorld;
let cancelOrder: CancelOrder;

beforeAll(async () => {
  world = await openOrderWorld();
  cancelOrder = new CancelOrder(world.database, world.keys, world.orders, world.carryOut);
});
afterAll(() => world.close());

const at = new Date();

async function placed({
  priceCents = 1_177,
  customerEmail,
}: { priceCents?: number; customerEmail?: string } = {}) {
  const sku = await newProduct(world, 5, priceCents);
  const { orderId } = await world.placeOrder.place(
    orderFor(sku, { lines: [{ sku, quantity: 2 }], ...(customerEmail && { customerEmail }) }),
    uuidV7(),
  );
  const decide = (decision: (order: Order) => Decision, from?: 'CONFIRMED') =>
    world.within((transaction) => world.carryOut.onOrder(orderId, transaction, decision, from));
  return {
    orderId,
    create: () => world.within((transaction) => onCreated(orderId, sku, priceCents, transaction)),
    captured: () => decide((order) => paymentCaptured(order, at)),
    declined: () => decide((order) => paymentDeclined(order, 'insufficient-funds', at)),
    cancelled: (because: string) => decide((order) => paymentCancelled(order, because, at)),
    refunded: () => decide((order) => paymentRefunded(order, at), 'CONFIRMED'),
    expire: () => decide(timeIsUp),
    cancel: (key = uuidV7()) => cancelOrder.cancel(orderId, key),
    shown: async () => present((await world.findOrders.one(orderId))!),
    shelf: async () => {
      const product = (await world.products.list('', 1_000)).find((one) => one.sku === sku)!;
      return [product.onHand, product.reserved];
    },
    asked: async (type: string) =>
      (await world.announced(orderId)).filter((row) => row.startsWith(`${type} `)).length,
  };
}

function onCreated(
  orderId: string,
  sku: string,
  unitPriceCents: number,
  transaction: Parameters<OrderWorld['carryOut']['onOrder']>[1],
) {
  const payload = { orderId, lines: [{ sku, quantity: 2, unitPriceCents }] };
  const handler = new OnOrderCreated(world.carryOut, world.stock);
  return handler.handle({ payload, transaction } as unknown as Parameters<OnOrderCreated['handle']>[0]);
}

describe('a cancellation', () => {
  test('before the stock is reserved asks for neither stock nor money, and ends the order', async () => {
    const order = await placed();
    expect(await order.cancel()).toMatchObject({ cancellation: { state: 'requested' } });
    await order.create();
    expect(await order.asked('payment.requested')).toBe(0);
    expect(await order.asked('payment.cancel')).toBe(1);
    await order.cancelled('cancelled');
    expect(await order.shown()).toMatchObject({
      status: 'EXPIRED',
      reason: 'cancelled',
      cancellation: { state: 'cancelled' },
    });
    expect(await order.shelf()).toEqual([5, 0]);
  });

  test('of a free order before its stock is reserved ends it too', async () => {
    const order = await placed({ priceCents: 0 });
    await order.cancel();
    await order.create();
    await order.cancelled('cancelled');
    expect(await order.shown()).toMatchObject({ status: 'EXPIRED', cancellation: { state: 'cancelled' } });
    expect(await order.shelf()).toEqual([5, 0]);
  });

  test('before the charge releases the stock', async () => {
    const order = await placed();
    await order.create();
    await order.cancel();
    expect(await order.shelf()).toEqual([5, 2]);
    await order.cancelled('cancelled');
    expect(await order.shown()).toMatchObject({ status: 'EXPIRED', cancellation: { state: 'cancelled' } });
    expect(await order.shelf()).toEqual([5, 0]);
    expect(await order.asked('payment.refund')).toBe(0);
  });

  test('between the capture and its event confirms the order, then gives it back', async () => {
    const order = await placed();
    await order.create();
    await order.cancel();
    await order.captured();
    expect(await order.shown()).toMatchObject({ status: 'CONFIRMED', cancellation: { state: 'requested' } });
    expect(await order.asked('payment.refund')).toBe(1);
    await order.captured();
    await order.refunded();
    await order.refunded();
    expect(await order.shown()).toMatchObject({ status: 'CONFIRMED', cancellation: { state: 'refunded' } });
    expect(await order.shelf()).toEqual([5, 0]);
    expect(await order.asked('payment.refund')).toBe(1);
    expect(await order.asked('order.refunded')).toBe(2); // one on each rail
  });

  test('of a confirmed order gives money and stock back, and mails no second invoice', async () => {
    const order = await placed({ customerEmail: 'a@example.com' });
    await order.create();
    await order.captured();
    expect(await order.shelf()).toEqual([3, 0]);
    await order.cancel();
    expect(await order.asked('payment.cancel')).toBe(0);
    expect(await order.asked('payment.refund')).toBe(1);
    expect(await order.shelf()).toEqual([3, 0]);
    await order.refunded();
    expect(await order.shown()).toMatchObject({ status: 'CONFIRMED', cancellation: { state: 'refunded' } });
    expect(await order.shelf()).toEqual([5, 0]);
    expect(await order.asked('notification.requested')).toBe(1);
  });

  test('of a confirmed order without a charge gives the stock back at once', async () => {
    const order = await placed({ priceCents: 0 });
    await order.create();
    expect(await order.cancel()).toMatchObject({ cancellation: { state: 'refunded' } });
    expect(await order.shelf()).toEqual([5, 0]);
    expect(await order.asked('payment.refund')).toBe(0);
    expect(await order.asked('order.refunded')).toBe(2);
  });

  test('that meets a declined payment leaves the order rejected', async () => {
    const order = await placed();
    await order.create();
    await order.cancel();
    await order.declined();
    expect(await order.shown()).toMatchObject({ status: 'REJECTED', cancellation: { state: 'cancelled' } });
    expect(await order.shelf()).toEqual([5, 0]);
  });

  test.each(['expire first', 'cancel first'])(
    'together with its time being up ends once (%s)',
    async (which) => {
      const order = await placed();
      await order.create();
      if (which === 'expire first') await order.expire();
      await order.cancel();
      if (which === 'cancel first') await order.expire();
      expect(await order.asked('payment.cancel')).toBe(2); // payment answers a repeat with the first answer
      await order.cancelled('expired');
      expect(await order.cancelled('cancelled')).toMatchObject({ kind: 'ignore' });
      expect(await order.shown()).toMatchObject({ status: 'EXPIRED', cancellation: { state: 'cancelled' } });
      expect(await order.shelf()).toEqual([5, 0]);
    },
  );

  test.each(['pending', 'confirmed'])(
    'ten times at once, under keys of their own, asks once (%s)',
    async (state) => {
      const order = await placed();
      await order.create();
      if (state === 'confirmed') await order.captured();
      await Promise.all(Array.from({ length: 10 }, () => order.cancel()));
      expect(await order.asked(state === 'pending' ? 'payment.cancel' : 'payment.refund')).toBe(1);
    },
  );

  test('at the same time as the capture gives the order back, whoever is first', async () => {
    for (let round = 0; round < 10; round += 1) {
      const order = await placed();
      await order.create();
      await Promise.all([order.cancel(), order.captured()]);
      expect(await order.asked('payment.refund')).toBe(1);
      await order.refunded();
      expect(await order.shelf()).toEqual([5, 0]);
    }
  });

  test('under the same key is answered as the first time, also after the order has ended', async () => {
    const order = await placed();
    const first = await order.cancel('key');
    await order.cancelled('cancelled');
    expect(await order.cancel('key')).toEqual(first);
    expect(await order.cancel('another')).toMatchObject({ cancellation: { state: 'cancelled' } });
  });

  test('of an order that ended without money before is refused, and changes nothing', async () => {
    const order = await placed();
    await order.create();
    await order.declined();
    const refused = { code: 'order-ended', message: expect.stringContaining('insufficient-funds') };
    await expect(order.cancel()).rejects.toMatchObject(refused);
    expect(await order.shown()).not.toHaveProperty('cancellation');
  });

  test('whose refund does not come is asked for again by the sweep, until it has come', async () => {
    const order = await placed();
    await order.create();
    await order.captured();
    const sweep = new SweepUnpaidOrders(world.database, world.outbox, { ageMs: -1_000, intervalMs: 1 });
    await sweep.sweep();
    expect(await order.asked('payment.refund')).toBe(0);
    await order.cancel();
    await sweep.sweep();
    expect(await order.asked('payment.refund')).toBe(2);
    await order.refunded();
    await sweep.sweep();
    expect(await order.asked('payment.refund')).toBe(2);
  });

  test('of an order that nobody knows is refused', async () => {
    await expect(cancelOrder.cancel(uuidV7(), 'key')).rejects.toMatchObject({ code: 'order-not-found' });
  });
});
