import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { SqlTransaction } from '@waybill/messaging';
import { uuidV7 } from '@waybill/service-kit';
import { newProduct, openOrderWorld, orderFor, type OrderWorld } from '../testing/order-world.js';
import { paymentCaptured, stockReserved } from './order.js';

let world: OrderWorld;
beforeAll(async () => void (world = await openOrderWorld()));
afterAll(() => world.close());

/** Runs work as a batch does, and answers how many statements it took. */
async function statementsOf(work: (transaction: SqlTransaction) => Promise<void>): Promise<number> {
  let statements = 0;
  await world.within((transaction) => {
    const counted = <T>(statement: Promise<T>): Promise<T> => (statements++, statement);
    return work({
      ...transaction,
      query: (text, parameters) => counted(transaction.query(text, parameters)),
      execute: (text, parameters) => counted(transaction.execute(text, parameters)),
    });
  });
  return statements;
}

/** Orders that hold stock, each of a product of its own. */
async function reservedOrders(count: number) {
  const skus = await Promise.all(Array.from({ length: count }, () => newProduct(world, 5)));
  const orders = await Promise.all(
    skus.map(async (sku) => ({
      ...(await world.placeOrder.place(orderFor(sku), uuidV7())),
      lines: [{ sku, quantity: 1, unitPriceCents: 1_177 }],
    })),
  );
  await statementsOf(async (transaction) => {
    for (const { orderId, lines } of orders)
      await world.carryOut.onOrder(orderId, transaction, async (order) => {
        await world.stock.reserve(lines, transaction);
        return stockReserved(order, new Date());
      });
  });
  return orders;
}

test('a batch of ten paid orders takes as many statements as one of two', async () => {
  const settling = async (count: number) => {
    const orders = await reservedOrders(count);
    return statementsOf(async (transaction) => {
      await world.carryOut.lookAhead(orders, transaction);
      for (const { orderId } of orders)
        await world.carryOut.onOrder(orderId, transaction, (order) => paymentCaptured(order, new Date()));
    });
  };
  expect(await settling(10)).toBe(await settling(2));
});

test('what is available counts what the same batch has reserved', async () => {
  const sku = await newProduct(world, 3);
  const lines = [{ sku, quantity: 2, unitPriceCents: 1_177 }];
  const reserved = await world.within(async (transaction) => [
    await world.stock.reserve(lines, transaction),
    await world.stock.reserve(lines, transaction),
  ]);
  expect(reserved).toEqual([true, false]);
  const product = (await world.products.list('', 1_000)).find((each) => each.sku === sku);
  expect(product).toMatchObject({ onHand: 3, reserved: 2 });
});
