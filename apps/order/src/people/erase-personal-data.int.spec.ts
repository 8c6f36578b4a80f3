import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { uuidV7 } from '@waybill/service-kit';
import { paymentCaptured } from '../orders/order.js';
import { newProduct, openOrderWorld, orderFor, type OrderWorld } from '../testing/order-world.js';
import { ErasePersonalData } from './erase-personal-data.js';

let world: OrderWorld;
let personalData: ErasePersonalData;
let sku: string;

beforeAll(async () => {
  world = await openOrderWorld();
  personalData = new ErasePersonalData(world.database);
  sku = await newProduct(world, 100);
});
afterAll(() => world.close());

async function placed(customerId: string): Promise<string> {
  const body = orderFor(sku, { customerId, customerEmail: `${customerId}@example.com` });
  return (await world.placeOrder.place(body, uuidV7())).orderId;
}
const emailOf = async (orderId: string) => (await world.findOrders.one(orderId))!.customerEmail;

test('an erasure takes the address from all orders of the customer, and from nobody else', async () => {
  const [ann, bob] = [uuidV7(), uuidV7()];
  const [first, second, others] = [await placed(ann), await placed(ann), await placed(bob)];
  expect(await personalData.of(ann, 'ops')).toMatchObject({ customerId: ann, erasedBy: 'ops' });
  expect([await emailOf(first), await emailOf(second)]).toEqual([undefined, undefined]);
  expect(await emailOf(others)).toBe(`${bob}@example.com`);
});

test('asked for again it answers the one that was, until there is something to erase again', async () => {
  const ann = uuidV7();
  await placed(ann);
  const first = await personalData.of(ann, 'ops');
  expect(await personalData.of(ann, 'somebody-else')).toEqual(first);
  const later = await placed(ann);
  expect(await personalData.of(ann, 'somebody-else')).toMatchObject({ erasedBy: 'somebody-else' });
  expect(await emailOf(later)).toBeUndefined();
});

async function confirm(orderId: string): Promise<void> {
  await world.within(async (transaction) => {
    await world.stock.reserve([{ sku, quantity: 1, unitPriceCents: 1_177 }], transaction);
    await world.carryOut.onOrder(orderId, transaction, (order) =>
      paymentCaptured({ ...order, stockReserved: true }, new Date()),
    );
  });
}

test('a customer is not mailed about an order that is confirmed after the erasure', async () => {
  const [ann, bob] = [uuidV7(), uuidV7()];
  const [erased, kept] = [await placed(ann), await placed(bob)];
  await personalData.of(ann, 'ops');
  await confirm(erased);
  await confirm(kept);
  const mail = 'notification.requested order-notifications.fifo';
  expect(await world.announced(erased)).not.toContain(mail);
  expect(await world.announced(kept)).toContain(mail);
});
