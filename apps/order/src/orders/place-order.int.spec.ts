import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { newProduct, openOrderWorld, orderFor, type OrderWorld } from '../testing/order-world.js';
import { OrderError } from './order.errors.js';

let world: OrderWorld;
let sku: string;

beforeAll(async () => {
  world = await openOrderWorld();
  sku = await newProduct(world, 1_000);
});
afterAll(() => world.close());

const codeOf = (refused: Promise<unknown>) =>
  refused.then(
    () => 'accepted',
    (error: unknown) => (error instanceof OrderError ? error.code : error),
  );

describe('placing an order', () => {
  test('stores order, key and first messages together', async () => {
    const { orderId, status } = await world.placeOrder.place(orderFor(sku), 'first');
    expect(status).toBe('PENDING');
    expect(await world.findOrders.one(orderId)).toMatchObject({ status: 'PENDING', totalCents: 1_177 });
    expect(await world.announced(orderId)).toEqual([
      'order.created order-events',
      'order.created order_exchange/order.created',
      'order.expire order_expiry.wait',
    ]);
  });

  test('again with the same key and body answers the same order', async () => {
    const body = orderFor(sku);
    const first = await world.placeOrder.place(body, 'again');
    expect(await world.placeOrder.place({ ...body }, 'again')).toEqual(first);
    expect(await world.announced(first.orderId)).toHaveLength(3);
  });

  test('again with another body is refused', async () => {
    const body = orderFor(sku);
    await world.placeOrder.place(body, 'other');
    const other = { ...body, lines: [{ sku, quantity: 2 }] };
    expect(await codeOf(world.placeOrder.place(other, 'other'))).toBe('key-reused');
  });

  test('ten times at once makes one order', async () => {
    const body = orderFor(sku);
    const placed = await Promise.all(
      Array.from({ length: 10 }, () => world.placeOrder.place(body, 'at once')),
    );
    expect(new Set(placed.map(({ orderId }) => orderId)).size).toBe(1);
  });

  test('while the first with its key still runs waits two seconds, then says so', async () => {
    const body = orderFor(sku);
    const answer = { orderId: 'unknown yet', status: 'PENDING' };
    const request = {
      customerId: body.customerId,
      route: 'POST /orders',
      key: 'slow',
      bodyHash: Buffer.alloc(32),
      answer,
    };
    await world.within(async (transaction) => {
      await world.keys.claim(request, transaction);
      const startedAt = performance.now();
      expect(await codeOf(world.placeOrder.place(body, 'slow'))).toBe('key-in-use');
      const waitedMs = performance.now() - startedAt;
      expect(waitedMs).toBeGreaterThan(1_900);
      expect(waitedMs).toBeLessThan(10_000);
    });
  });

  test('refused for an unknown SKU stores nothing', async () => {
    const before = await Promise.all(['orders', 'idempotency_keys', 'outbox'].map(world.count));
    expect(await codeOf(world.placeOrder.place(orderFor('CD-unknown'), 'bad'))).toBe('unknown-sku');
    expect(await Promise.all(['orders', 'idempotency_keys', 'outbox'].map(world.count))).toEqual(before);
  });

  test('keeps the price of the moment', async () => {
    const own = await newProduct(world, 10, 500);
    const { orderId } = await world.placeOrder.place(orderFor(own), 'price');
    await world.products.put({ sku: own, priceCents: 900, currency: 'USD', onHand: 10 });
    expect(await world.findOrders.one(orderId)).toMatchObject({ totalCents: 500 });
  });

  test('in a currency without minor units takes amounts as they are', async () => {
    const own = await newProduct(world, 10, 2_500, 'JPY');
    const { orderId } = await world.placeOrder.place(orderFor(own, { currency: 'JPY' }), 'yen');
    expect(await world.findOrders.one(orderId)).toMatchObject({ totalCents: 2_500, currency: 'JPY' });
  });
});

describe('an order placed before', () => {
  test('is found by its key and body, and nothing is placed for asking', async () => {
    const body = orderFor(sku);
    expect(await world.placeOrder.placedBefore(body, 'asked')).toBeUndefined();
    const placed = await world.placeOrder.place(body, 'asked');
    expect(await world.placeOrder.placedBefore({ ...body }, 'asked')).toEqual(placed);
    const other = { ...body, lines: [{ sku, quantity: 2 }] };
    expect(await codeOf(world.placeOrder.placedBefore(other, 'asked'))).toBe('key-reused');
  });

  test('is found no more after 24 hours, when its key is free again', async () => {
    const body = orderFor(sku);
    await world.placeOrder.place(body, 'old and asked');
    await world.database.execute(
      "UPDATE idempotency_keys SET created_at = now() - interval '25 h' WHERE key = 'old and asked'",
    );
    expect(await world.placeOrder.placedBefore(body, 'old and asked')).toBeUndefined();
  });
});

describe('an idempotency key', () => {
  test('is forgotten after 24 hours', async () => {
    const body = orderFor(sku);
    const first = await world.placeOrder.place(body, 'old');
    await world.database.execute(
      "UPDATE idempotency_keys SET created_at = now() - interval '25 h' WHERE key = 'old'",
    );
    expect(await world.placeOrder.place(body, 'old')).not.toEqual(first);
  });
});
