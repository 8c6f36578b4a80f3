import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { eventually } from '@waybill/test-kit';
import { confirmedOrder, SalesWorld, type ConfirmedOrder } from '../testing/sales-world.js';

let world: SalesWorld;
beforeEach(async () => void (world = await SalesWorld.open()), 60_000);
afterEach(() => world.close(), 60_000);

const ordersOf = (count: number) => Array.from({ length: count }, confirmedOrder);
const sumOf = (orders: readonly ConfirmedOrder[]) => ({
  orders: orders.length,
  cents: orders.reduce((sum, { totalCents }) => sum + totalCents, 0),
});
const soldIs = (orders: readonly ConfirmedOrder[]) =>
  eventually(async () => expect(await world.sold()).toEqual(sumOf(orders)), 30_000);

test('every confirmed order is counted once, also where its event comes again to the heir of the partition', async () => {
  const orders = ordersOf(200);
  const first = world.startLane();
  await world.startReader();
  await world.confirm(...orders, ...orders.slice(50, 100));
  await soldIs(orders);
  await first.close();

  world.startLane();
  const later = ordersOf(50);
  await world.confirm(...orders.slice(150), ...later);
  await soldIs([...orders, ...later]);
}, 90_000);

test('what nobody can read stops neither the lane nor the reader, and is told with its place', async () => {
  const orders = ordersOf(10);
  world.startLane();
  await world.startReader();
  await world.write(world.names.from, 'no envelope');
  await world.write(world.names.to, '\u0000');
  await world.confirm(...orders);
  await soldIs(orders);
  const passedOver = () =>
    world.events.flatMap((event) => (event.kind === 'passedOver' ? [event.origin.address] : []));
  // What lies on another partition than all orders may be read after them.
  await eventually(() =>
    expect(passedOver().toSorted()).toEqual([world.names.from, world.names.to].toSorted()),
  );
}, 90_000);

test('two lanes share the partitions, and together count every order once', async () => {
  const orders: ConfirmedOrder[] = [];
  const lanes = [world.startLane(), world.startLane()];
  await world.startReader();
  await eventually(async () => {
    const more = ordersOf(20);
    await world.confirm(...more);
    orders.push(...more);
    expect(lanes.map(({ status }) => status.partitions).toSorted()).toEqual([1, 2]);
  }, 60_000);
  await soldIs(orders);
}, 120_000);
