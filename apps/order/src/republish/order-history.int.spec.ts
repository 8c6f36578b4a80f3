import { createHash } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { republish } from '@waybill/outbox';
import { uuidV7 } from '@waybill/service-kit';
import { CancelOrder } from '../cancellations/cancel-order.js';
import { paymentRefunded } from '../cancellations/cancellation.js';
import { OnOrderCreated } from '../orders/on-order-created.handler.js';
import {
  paymentCancelled,
  paymentCaptured,
  paymentDeclined,
  paymentUnknown,
  type Decision,
  type Order,
} from '../orders/order.js';
import { outboxRoutes } from '../outbox-routes.js';
import { ErasePersonalData } from '../people/erase-personal-data.js';
import { newProduct, openOrderWorld, orderFor, type OrderWorld } from '../testing/order-world.js';
import { orderHistory } from './order-history.js';

/** What was told while orders went their ways, and what is told again from the tables alone. */
let world: OrderWorld;
beforeAll(async () => void (world = await openOrderWorld()));
afterAll(() => world.close());
beforeEach(() => world.database.execute('TRUNCATE outbox, orders, order_lines, erasures'));

const customerId = uuidV7();

async function placed(change: object = {}) {
  const priceCents = 'priceCents' in change ? (change.priceCents as number) : 1_177;
  const imageS3Key = 'imageS3Key' in change ? (change.imageS3Key as string) : undefined;
  const sku = await newProduct(world, 5, priceCents, 'USD', imageS3Key);
  const lines = [{ sku, quantity: 2 }];
  const customerEmail = 'ann@example.com';
  const body = orderFor(sku, { customerId, customerEmail, lines, ...change });
  return { sku, ...(await world.placeOrder.place(body, uuidV7())) };
}

const decide = (orderId: string, decision: (order: Order) => Decision, from?: 'CONFIRMED') =>
  world.within((transaction) => world.carryOut.onOrder(orderId, transaction, decision, from));

async function reserved(change: object = {}) {
  const { sku, orderId } = await placed(change);
  const handler = new OnOrderCreated(world.carryOut, world.stock);
  const payload = { orderId, lines: [{ sku, quantity: 2, unitPriceCents: 1_177 }] };
  await world.within((transaction) =>
    handler.handle({ payload, transaction } as unknown as Parameters<OnOrderCreated['handle']>[0]),
  );
  return orderId;
}

async function confirmed(change: object = {}) {
  const orderId = await reserved(change);
  await decide(orderId, paymentUnknown);
  await decide(orderId, (order) => paymentCaptured(order, new Date()));
  return orderId;
}

async function refunded() {
  const orderId = await confirmed();
  await new CancelOrder(world.database, world.keys, world.orders, world.carryOut).cancel(orderId, uuidV7());
  await decide(orderId, (order) => paymentRefunded(order, new Date()), 'CONFIRMED');
}

interface Told {
  readonly broker: string;
  readonly address: string;
  readonly key: string;
  readonly message_id: string;
  readonly type: string;
  readonly priority: number | null;
  readonly bodyHash: string;
}

/** All that waits in the outbox, in the order in which it will be sent; it is empty afterwards. */
async function takeTold(): Promise<Told[]> {
  const rows = await world.database.query<Told & { body: Uint8Array }>(
    `SELECT broker, address, key, message_id::text, attributes->>'type' AS type, priority, body FROM outbox
     ORDER BY number`,
  );
  await world.database.execute('TRUNCATE outbox');
  return rows.map(({ body, ...row }) => ({
    ...row,
    bodyHash: createHash('sha256').update(body).digest('hex'),
  }));
}

function again(dryRun = false) {
  const [from, to] = [new Date(0), new Date(Date.now() + 60_000)];
  const who = { actor: 'an operator', reason: 'a test' };
  const options = { databaseUrl: world.url, source: '/waybill/order', routes: outboxRoutes };
  return republish(orderHistory, { ...options, from, to, dryRun, ...who, waitMs: 1_000 });
}

const isMail = ({ type }: Told) => type === 'notification.requested';

/** Of every mail that waits in the outbox. */
async function imagesTold(): Promise<unknown[]> {
  const rows = await world.database.query<{ body: Uint8Array }>(
    `SELECT body FROM outbox WHERE attributes->>'type' = 'notification.requested' ORDER BY number`,
  );
  return rows.map(({ body }) => JSON.parse(Buffer.from(body).toString()).image_s3_keys as unknown);
}

/** Asked again by the sweep, each time anew. */
const repeated = ['order.expire', 'payment.cancel', 'payment.refund'];
const events = (told: readonly Told[]) =>
  told.filter(({ type }) => !repeated.includes(type) && type !== 'payment.requested');

test('every event of every end an order can come to is told again with the id, the bytes, and in the order it had', async () => {
  await confirmed();
  await confirmed({ express: true, customerEmail: undefined });
  await confirmed({ priceCents: 0 });
  await decide(await reserved(), (order) => paymentDeclined(order, 'insufficient-funds', new Date()));
  await decide(await reserved(), (order) => paymentCancelled(order, 'expired', new Date()));
  await refunded();
  await placed();
  const told = events(await takeTold());
  expect(new Set(told.map(({ type }) => type)).size).toBe(6);

  expect(await again()).toMatchObject({ leftOut: 0 });
  const toldAgain = await takeTold();
  // The rows of one commit are one moment, whichever of its addresses comes first.
  for (const address of new Set(told.map((row) => row.address)))
    expect(toldAgain.filter((row) => row.address === address)).toEqual(
      told.filter((row) => row.address === address),
    );
  expect(toldAgain).toHaveLength(told.length);
});

test('a mail is told again with the image that its product had when it was ordered; of orders without, with none', async () => {
  const imageS3Key = `images/${'a'.repeat(64)}.png`;
  await confirmed({ imageS3Key });
  await confirmed();
  expect(await imagesTold()).toEqual([[imageS3Key], []]);
  const told = events(await takeTold());
  await world.database.execute(`UPDATE products SET image_s3_key = 'images/${'b'.repeat(64)}.png'`);
  await again();
  expect(await imagesTold()).toEqual([[imageS3Key], []]);
  expect((await takeTold()).filter(isMail)).toEqual(told.filter(isMail));
});

test('a charge is asked for again, with the same id, while the order waits for it and only then', async () => {
  const waiting = await reserved();
  await reserved({ priceCents: 0 });
  await confirmed();
  await placed();
  const isRequest = ({ type }: Told) => type === 'payment.requested';
  const requests = (await takeTold()).filter(isRequest);
  await again();
  const repeatedRequests = (await takeTold()).filter(isRequest);
  expect(requests).toHaveLength(2);
  expect(repeatedRequests).toEqual([requests[0]]);
  expect(repeatedRequests[0]!.message_id.slice(0, 13)).toBe(waiting.slice(0, 13));
});

test('what the sweep asks again by itself is left to it', async () => {
  await refunded();
  const { orderId } = await placed();
  await new CancelOrder(world.database, world.keys, world.orders, world.carryOut).cancel(orderId, uuidV7());
  const types = (await takeTold()).map(({ type }) => type);
  expect(types).toEqual(expect.arrayContaining(repeated));
  await again();
  expect((await takeTold()).filter(({ type }) => repeated.includes(type))).toEqual([]);
});

test('twice is the same messages twice', async () => {
  await confirmed();
  await takeTold();
  await again();
  const once = await takeTold();
  await again();
  expect(await takeTold()).toEqual(once);
});

test('of an erased customer no order is announced again, since its bytes would be others, nor mailed about', async () => {
  await confirmed();
  await new ErasePersonalData(world.database).of(customerId, 'ops');
  await confirmed({ customerId: uuidV7() });
  await takeTold();
  expect(await again()).toMatchObject({ leftOut: 1 });
  const types = (await takeTold()).filter(({ key }) => key === customerId).map(({ type }) => type);
  expect(types).toEqual(['order.confirmed', 'order.confirmed']);
});
