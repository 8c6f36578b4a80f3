import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { inTraceFrom } from '@waybill/messaging';
import { uuidV7 } from '@waybill/service-kit';
import { startTelemetry } from '@waybill/telemetry';
import { claimOf, newProduct, openOrderWorld, orderFor, type OrderWorld } from '../testing/order-world.js';
import { watchedDatabase } from '../testing/watched-database.js';
import { OrderError } from './order.errors.js';
import { PlaceOrder } from './place-order.js';
import type { PlaceOrderBody } from './place-order.schema.js';
import type { Placed } from './placement.js';

await startTelemetry('order-test', {});

let world: OrderWorld;
let sku: string;
let placeOrder: PlaceOrder;
let transactions: string[][];

beforeAll(async () => {
  world = await openOrderWorld();
  sku = await newProduct(world, 1_000);
});
beforeEach(() => {
  const { products, keys, orders, outbox } = world;
  const seen = watchedDatabase(world.database);
  transactions = seen.transactions;
  placeOrder = new PlaceOrder(seen.watched, products, keys, orders, outbox);
});
afterAll(() => world.close());

const codeOf = (placing: Promise<Placed>) =>
  placing.then(
    () => 'accepted',
    (error: unknown) => (error instanceof OrderError ? error.code : error),
  );

/** Two that are refused begin at once, so that all others wait, and are one group if they can be. */
function together<T>(place: () => T): T {
  for (const key of ['first', 'second']) void codeOf(placeOrder.place(orderFor('CD-unknown'), key));
  return place();
}
const beforeTheGroup = 2;

const orders = (count: number, change: Partial<PlaceOrderBody> = {}) =>
  Array.from({ length: count }, () => orderFor(sku, change));
const place = (bodies: readonly PlaceOrderBody[]) => bodies.map((body) => placeOrder.place(body, uuidV7()));

async function storedFor(bodies: readonly PlaceOrderBody[]): Promise<string[]> {
  const rows = await world.database.query<{ order_id: string }>(
    'SELECT order_id FROM orders WHERE customer_id = ANY ($1::text[]) ORDER BY order_id',
    [bodies.map(({ customerId }) => customerId)],
  );
  return rows.map(({ order_id }) => order_id);
}
const idsOf = (placed: readonly Placed[]) => placed.map(({ orderId }) => orderId).sort();

describe('orders that are posted at the same moment', () => {
  test('are one transaction of four statements, but for the first two, and at most fifty', async () => {
    const bodies = orders(102);
    const placed = await Promise.all(place(bodies));
    expect(transactions.map(({ length }) => length)).toEqual([4, 4, 4, 4]);
    expect(await storedFor(bodies)).toEqual(idsOf(placed));
    const messages = await Promise.all(placed.map(({ orderId }) => world.announced(orderId)));
    expect(new Set(messages.map(({ length }) => length))).toEqual(new Set([3]));
  });

  test('have each its own total, lines and answer', async () => {
    const cheap = await newProduct(world, 10, 5);
    const bodies = [
      orderFor(sku, { express: true, customerEmail: 'a@example.com' }),
      orderFor(cheap, {
        lines: [
          { sku: cheap, quantity: 3 },
          { sku, quantity: 1 },
        ],
      }),
    ];
    const placed = await together(() => Promise.all(place(bodies)));
    expect(transactions).toHaveLength(beforeTheGroup + 1);
    const found = await Promise.all(placed.map(({ orderId }) => world.findOrders.one(orderId)));
    expect(found).toMatchObject([
      { ...pick(bodies[0]!), express: true, customerEmail: 'a@example.com', totalCents: 1_177 },
      { ...pick(bodies[1]!), express: false, totalCents: 1_192 },
    ]);
    const lines = await world.within((transaction) =>
      Promise.all(placed.map(({ orderId }) => world.orders.lines(orderId, transaction))),
    );
    expect(lines).toEqual([
      [{ sku, quantity: 1, unitPriceCents: 1_177 }],
      [
        { sku: cheap, quantity: 3, unitPriceCents: 5 },
        { sku, quantity: 1, unitPriceCents: 1_177 },
      ],
    ]);
  });

  test('of one customer are announced in the order of posting', async () => {
    const { customerId } = orderFor(sku);
    const placed = await together(() => Promise.all(place(orders(5, { customerId }))));
    expect(transactions).toHaveLength(beforeTheGroup + 1);
    const rows = await world.database.query<{ address: string; row: string }>(
      `SELECT address, attributes->>'subject' || ' ' || (attributes->>'sequence') AS row
       FROM outbox WHERE key = $1 ORDER BY number`,
      [customerId],
    );
    const inOrder = placed.map(({ orderId }, index) => `${orderId} ${index + 1}`);
    const byAddress = Map.groupBy(rows, ({ address }) => address);
    expect([...byAddress.values()].map((of) => of.map(({ row }) => row))).toEqual([
      inOrder,
      inOrder,
      inOrder,
    ]);
  });

  test('are announced each in the trace of its own request', async () => {
    const traces = [1, 2, 3].map((n) => `00-${String(n).repeat(32)}-${String(n).repeat(16)}-01`);
    const placed = await together(() =>
      Promise.all(
        traces.map((traceparent) =>
          inTraceFrom({ traceparent }, () => placeOrder.place(orderFor(sku), uuidV7())),
        ),
      ),
    );
    expect(transactions).toHaveLength(beforeTheGroup + 1);
    const rows = await world.database.query<{ trace: string }>(
      `SELECT attributes->>'traceparent' AS trace FROM outbox
       JOIN unnest($1::text[]) WITH ORDINALITY AS placed (order_id, place) ON attributes->>'subject' = order_id
       ORDER BY place`,
      [placed.map(({ orderId }) => orderId)],
    );
    expect(rows.map(({ trace }) => trace)).toEqual(traces.flatMap((trace) => [trace, trace, trace]));
  });
});

const pick = ({ customerId }: PlaceOrderBody) => ({ customerId });

describe('one of them', () => {
  test('that breaks a rule is refused, and spoils no other', async () => {
    const used = orderFor(sku);
    await placeOrder.place(used, 'used');
    transactions.length = 0;
    const [good, alsoGood] = orders(2);
    const placing = together(() => [
      placeOrder.place(good!, 'good'),
      placeOrder.place(orderFor('CD-unknown'), 'bad'),
      placeOrder.place(orderFor(sku, { customerId: used.customerId, express: true }), 'used'),
      placeOrder.place(used, 'used with the same body'),
      placeOrder.place(alsoGood!, 'also good'),
    ]);
    expect(await Promise.all(placing.map(codeOf))).toEqual([
      'accepted',
      'unknown-sku',
      'key-reused',
      'accepted',
      'accepted',
    ]);
    expect(transactions).toHaveLength(beforeTheGroup + 1);
    expect(await storedFor([good!, alsoGood!])).toHaveLength(2);
  });

  test('that comes again with its key and body gets the first answer', async () => {
    const [twice, other] = orders(2);
    const placed = await together(() =>
      Promise.all([
        placeOrder.place(twice!, 'twice'),
        placeOrder.place({ ...twice! }, 'twice'),
        placeOrder.place(other!, 'other'),
      ]),
    );
    expect(placed[1]).toEqual(placed[0]);
    expect(await storedFor([twice!])).toEqual([placed[0]!.orderId]);
    expect(transactions).toHaveLength(beforeTheGroup + 2);
  });

  test('that comes again with its key and another body is refused, or it is the first that is', async () => {
    const [twice] = orders(1);
    const placing = together(() => [
      placeOrder.place(twice!, 'two bodies'),
      placeOrder.place({ ...twice!, express: true }, 'two bodies'),
    ]);
    const codes = await Promise.all(placing.map(codeOf));
    expect(codes.sort()).toEqual(['accepted', 'key-reused']);
    expect(await storedFor([twice!])).toHaveLength(1);
    expect(transactions).toHaveLength(beforeTheGroup + 2);
  });

  test('whose key another replica holds waits for it alone: the others are answered at once, and stored once', async () => {
    const [held, ...others] = orders(10);
    await world.within(async (transaction) => {
      await world.keys.claim(claimOf('held', held!.customerId), transaction);
      const startedAt = performance.now();
      const [waiting, ...placing] = together(() => [placeOrder.place(held!, 'held'), ...place(others)]);
      const refused = codeOf(waiting!);
      const placed = await Promise.all(placing);
      expect(performance.now() - startedAt).toBeLessThan(2_000);
      expect(await refused).toBe('key-in-use');
      expect(await storedFor(others)).toEqual(idsOf(placed));
    });
    expect(await storedFor([held!])).toEqual([]);
  });

  test('at which the database fails does so alone: the others are stored once', async () => {
    await world.database.execute(`
      CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'refused'; END $$`);
    await world.database.execute(`
      CREATE TRIGGER refuse BEFORE INSERT ON orders FOR EACH ROW
      WHEN (NEW.customer_email = 'refused@example.com') EXECUTE FUNCTION refuse()`);
    const [refused, ...others] = [orderFor(sku, { customerEmail: 'refused@example.com' }), ...orders(9)];
    const [failing, ...placing] = together(() => place([refused!, ...others]));
    await expect(failing).rejects.toMatchObject({ code: 'P0001' });
    const placed = await Promise.all(placing);
    expect(transactions).toHaveLength(beforeTheGroup + 1 + 10);
    expect(await storedFor(others)).toEqual(idsOf(placed));
    expect(await storedFor([refused!])).toEqual([]);
  });
});
