import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import {
  ExpireOrder,
  OrderCreated,
  PaymentCancelled,
  PaymentCaptured,
  PaymentDeclined,
  PaymentUnknown,
} from '@waybill/contracts';
import { PostgresInbox } from '@waybill/idempotency';
import {
  defineSubscription,
  MemoryBroker,
  SubscriptionRunner,
  writeEnvelope,
  type AnyHandler,
  type Contract,
  type MessagingEvent,
  type PayloadOf,
} from '@waybill/messaging';
import { uuidV7 } from '@waybill/service-kit';
import { eventually } from '@waybill/test-kit';
import { OnExpireOrder } from '../expiry/on-expire-order.handler.js';
import { OnPaymentUnknown } from '../payments/on-payment-unknown.handler.js';
import { OnPaymentCancelled } from '../payments/on-payment-cancelled.handler.js';
import { OnPaymentCaptured } from '../payments/on-payment-captured.handler.js';
import { OnPaymentDeclined } from '../payments/on-payment-declined.handler.js';
import { newProduct, openOrderWorld, orderFor, type OrderWorld } from '../testing/order-world.js';
import { OnOrderCreated } from './on-order-created.handler.js';

let world: OrderWorld;
let broker: MemoryBroker;
let runner: SubscriptionRunner;
const events: MessagingEvent[] = [];

beforeAll(async () => {
  world = await openOrderWorld();
  broker = new MemoryBroker();
  runner = new SubscriptionRunner({
    broker,
    subscription: defineSubscription({
      name: 'saga',
      broker: 'memory',
      addresses: ['saga'],
      order: 'key',
      lane: 'batch',
    }),
    handlers: handlersOf(world),
    database: world.database,
    inbox: new PostgresInbox(),
    events: { emit: (event) => void events.push(event) },
  });
  await runner.start();
});
afterAll(async () => {
  await runner.drain(1_000);
  await world.close();
});

function handlersOf({ carryOut, stock }: OrderWorld): { contract: Contract; handler: AnyHandler }[] {
  return [
    { contract: OrderCreated, handler: new OnOrderCreated(carryOut, stock) },
    { contract: ExpireOrder, handler: new OnExpireOrder(carryOut) },
    { contract: PaymentCaptured, handler: new OnPaymentCaptured(carryOut) },
    { contract: PaymentDeclined, handler: new OnPaymentDeclined(carryOut) },
    { contract: PaymentCancelled, handler: new OnPaymentCancelled(carryOut) },
    { contract: PaymentUnknown, handler: new OnPaymentUnknown(carryOut) },
  ];
}

/** Publishes copies of one message and waits until each is settled. */
async function deliver<C extends Contract>(contract: C, payload: PayloadOf<C>, orderId: string, copies = 1) {
  const id = uuidV7();
  const attributes = writeEnvelope({
    id,
    type: contract.type,
    source: 'test',
    subject: orderId,
    time: new Date().toISOString(),
    dataschema: contract.dataschema,
    sequence: 1,
  });
  const message = { key: orderId, attributes, headers: {}, body: contract.encode(payload) };
  await broker.publisher().publish(Array.from({ length: copies }, () => ({ address: 'saga', message })));
  await eventually(() => expect(settledOf(id)).toHaveLength(copies));
  return settledOf(id).map(({ kind }) => kind);
}

const settledKinds = ['handled', 'duplicate', 'deadLettered'];
const settledOf = (id: string) =>
  events.filter(
    (event) => 'envelope' in event && event.envelope?.id === id && settledKinds.includes(event.kind),
  );

async function placed(onHand: number, quantity = 1, priceCents = 1_177) {
  const sku = await newProduct(world, onHand, priceCents);
  const body = orderFor(sku, { lines: [{ sku, quantity }] });
  const { orderId } = await world.placeOrder.place(body, uuidV7());
  const { customerId } = body;
  const lines = [{ sku, quantity, unitPriceCents: priceCents }];
  const totalCents = quantity * priceCents;
  const order = {
    orderId,
    customerId,
    lines,
    totalCents,
    currency: 'USD',
    customerEmail: null,
    delivery: 'standard' as const,
    createdAt: new Date().toISOString(),
  };
  const payment = {
    orderId,
    customerId,
    paymentId: uuidV7(),
    amountCents: totalCents,
    currency: 'USD',
    because: 'test',
  };
  return {
    sku,
    orderId,
    order,
    payment,
    create: (copies = 1) => deliver(OrderCreated, order, orderId, copies),
  };
}

const shelf = async (sku: string) =>
  (await world.products.list('', 1_000)).find((product) => product.sku === sku);
const state = async (orderId: string) => (await world.findOrders.one(orderId))?.status;
const reason = async (orderId: string) => (await world.findOrders.one(orderId))?.reason ?? null;

describe('an order on its way', () => {
  test('reserves its stock once however often it is delivered, and asks for its money once', async () => {
    const { sku, orderId, create } = await placed(5, 2);
    expect((await create(3)).sort()).toEqual(['duplicate', 'duplicate', 'handled']);
    expect(await shelf(sku)).toMatchObject({ onHand: 5, reserved: 2 });
    expect((await world.announced(orderId)).slice(3)).toEqual([
      'payment.requested order_exchange/payment.requested',
    ]);
  });

  test('paid is confirmed, its stock leaves the shelf, and both rails hear of it', async () => {
    const { sku, orderId, payment, create } = await placed(5, 2);
    await create();
    await deliver(PaymentCaptured, payment, orderId, 2);
    expect(await state(orderId)).toBe('CONFIRMED');
    expect(await shelf(sku)).toMatchObject({ onHand: 3, reserved: 0 });
    expect((await world.announced(orderId)).slice(4)).toEqual([
      'order.confirmed order-events',
      'order.confirmed order_exchange/order.confirmed',
    ]);
  });

  test('declined is rejected and its stock is available again', async () => {
    const { sku, orderId, payment, create } = await placed(5, 2);
    await create();
    expect(await deliver(PaymentDeclined, payment, orderId)).toEqual(['handled']);
    expect(await state(orderId)).toBe('REJECTED');
    expect(await shelf(sku)).toMatchObject({ onHand: 5, reserved: 0 });
  });

  test('without stock is rejected, and nobody else’s reservation is touched', async () => {
    const { sku, orderId, create } = await placed(1, 2);
    await create();
    expect(await world.findOrders.one(orderId)).toMatchObject({ status: 'REJECTED', reason: 'out-of-stock' });
    expect(await shelf(sku)).toMatchObject({ onHand: 1, reserved: 0 });
  });

  test('of total 0 is confirmed without a charge', async () => {
    const { sku, orderId, create } = await placed(5, 1, 0);
    await create();
    expect(await state(orderId)).toBe('CONFIRMED');
    expect(await shelf(sku)).toMatchObject({ onHand: 4, reserved: 0 });
    expect(await world.announced(orderId)).not.toContain(
      'payment.requested order_exchange/payment.requested',
    );
  });

  test('unpaid in time only asks payment to cancel, and expires when payment has', async () => {
    const { sku, orderId, order, payment, create } = await placed(5, 2);
    await create();
    expect(await deliver(ExpireOrder, order, orderId)).toEqual(['handled']);
    expect(await state(orderId)).toBe('PENDING');
    expect(await world.announced(orderId)).toContain('payment.cancel order_exchange/payment.cancel');
    expect(await deliver(PaymentCancelled, payment, orderId)).toEqual(['handled']);
    expect(await state(orderId)).toBe('EXPIRED');
    expect(await shelf(sku)).toMatchObject({ onHand: 5, reserved: 0 });
  });

  test('says that its payment is unknown, until it is known', async () => {
    const { orderId, payment, create } = await placed(5, 2);
    await create();
    expect(await deliver(PaymentUnknown, payment, orderId)).toEqual(['handled']);
    expect(await reason(orderId)).toBe('payment-unknown');
    expect(await deliver(PaymentCaptured, payment, orderId)).toEqual(['handled']);
    expect(await state(orderId)).toBe('CONFIRMED');
    expect(await reason(orderId)).toBeNull();
  });

  test('cancelled before its stock was reserved never reserves it', async () => {
    const { sku, orderId, payment, create } = await placed(5, 2);
    expect(await deliver(PaymentCancelled, payment, orderId)).toEqual(['handled']);
    await create();
    expect(await state(orderId)).toBe('EXPIRED');
    expect(await shelf(sku)).toMatchObject({ onHand: 5, reserved: 0 });
  });

  test('that nobody knows is set aside', async () => {
    const { payment } = await placed(1);
    const orderId = uuidV7();
    expect(await deliver(PaymentCaptured, { ...payment, orderId }, orderId)).toEqual(['deadLettered']);
  });
});

describe('twenty orders for ten records at once', () => {
  test('sell exactly ten', async () => {
    const sku = await newProduct(world, 10);
    const bodies = Array.from({ length: 20 }, () => orderFor(sku));
    const orders = await Promise.all(bodies.map((body) => world.placeOrder.place(body, uuidV7())));
    await Promise.all(
      orders.map(({ orderId }, index) => {
        const { customerId } = bodies[index]!;
        const lines = [{ sku, quantity: 1, unitPriceCents: 1_177 }];
        const facts = {
          orderId,
          customerId,
          customerEmail: null,
          lines,
          totalCents: 1_177,
          currency: 'USD',
          delivery: 'standard' as const,
        };
        return deliver(OrderCreated, { ...facts, createdAt: new Date().toISOString() }, orderId);
      }),
    );
    expect(await shelf(sku)).toMatchObject({ onHand: 10, reserved: 10 });
  });
});
