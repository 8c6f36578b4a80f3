import { afterEach, beforeEach, expect, test } from '@jest/globals';
import type { PrismaDatabase } from '@waybill/service-kit';
import { eventually } from '@waybill/test-kit';
import { confirmedOrder, SalesWorld, type ConfirmedOrder } from '../testing/sales-world.js';
import { Traffic } from '../testing/traffic.js';
import { rebuildSales, type RebuildRequest } from './rebuild-sales.js';
import { beginGeneration } from './sales-generations.js';

const asked = { actor: 'test', reason: 'to see' };

let world: SalesWorld;
beforeEach(async () => {
  world = await SalesWorld.open();
  world.startLane();
  await world.startReader();
}, 60_000);
afterEach(() => world.close(), 60_000);

const rebuild = (request: RebuildRequest = asked) =>
  rebuildSales(request, { database: world.database, kafka: world.kafka, lane: world.names });
const rows = () =>
  world.database.query(
    `SELECT minute, currency, orders, cents FROM sales_per_minute JOIN sales_generations USING (generation)
     WHERE state = 'serving' ORDER BY minute, currency`,
  );
const generations = () => world.database.query('SELECT state, actor FROM sales_generations ORDER BY 1');

const totalOf = (positions: ReadonlyMap<number, bigint>) =>
  [...positions.values()].reduce((sum, next) => sum + next, 0n);
const sumOf = (orders: readonly ConfirmedOrder[]) => ({
  orders: orders.length,
  cents: orders.reduce((sum, { totalCents }) => sum + totalCents, 0),
});
const ordersLike = ({ settledAt }: ConfirmedOrder, length: number) =>
  Array.from({ length }, () => ({ ...confirmedOrder(), settledAt }));
const minuteOf = (instant: string) => new Date(`${instant.slice(0, 16)}:00Z`);
const soldIs = (sum: object) => eventually(async () => expect(await world.sold()).toEqual(sum), 60_000);

test('while orders go on, none is missed and none counted twice, however often it is rebuilt', async () => {
  const orders = new Traffic(world);
  await eventually(async () => expect((await world.sold()).orders).toBeGreaterThan(500), 30_000);
  for (let times = 0; times < 3; times++) {
    const before = (await world.sold()).orders;
    const { differences, read } = await rebuild();
    expect(differences).toEqual([]); // live and history agree to the minute, at one moment
    expect(read).toBeGreaterThan(before);
    expect((await world.sold()).orders).toBeGreaterThan(before);
  }
  await soldIs(await orders.stop());

  const once = await rows();
  await rebuild();
  const twice = await rows();
  await rebuild();
  expect([twice, await rows()]).toEqual([once, once]);
  expect(await generations()).toEqual([{ state: 'serving', actor: 'test' }]);
}, 180_000);

test('a damaged table is mended, and the minutes that differed are told', async () => {
  const order = confirmedOrder();
  await world.confirm(order, confirmedOrder());
  await eventually(async () => expect((await world.sold()).orders).toBe(2), 30_000);
  await world.database.execute('UPDATE sales_per_minute SET cents = cents + 1 WHERE minute = $1', [
    minuteOf(order.settledAt),
  ]);
  const { differences } = await rebuild();
  expect(differences).toHaveLength(1);
  expect(differences[0]).toMatchObject({ was: { cents: differences[0]!.is!.cents + 1 } });
  expect((await rebuild()).differences).toEqual([]);
}, 90_000);

test('one that dies in the middle leaves the former serving, counted on; the next one begins again', async () => {
  const orders = new Traffic(world);
  await eventually(async () => expect((await world.sold()).orders).toBeGreaterThan(200), 30_000);
  const died = rebuild({
    ...asked,
    progress: () => {
      throw new Error('killed');
    },
  });
  await expect(died).rejects.toThrow('killed');
  expect(await generations()).toEqual([
    { state: 'filling', actor: 'test' },
    { state: 'serving', actor: 'migration' },
  ]);
  const { orders: before } = await world.sold();
  await eventually(async () => expect((await world.sold()).orders).toBeGreaterThan(before), 30_000);
  expect((await rebuild()).differences).toEqual([]);
  await soldIs(await orders.stop());
}, 120_000);

test.each([
  ['shorter than', 60],
  ['longer than', 0],
])(
  'a topic that was created anew, and is %s the lost one, is counted from its beginning',
  async (_, more) => {
    const early = { ...confirmedOrder(), settledAt: new Date(Date.now() - 3_600_000).toISOString() };
    const late = confirmedOrder();
    const lost = [...ordersLike(early, more + 1), early, late];
    await world.confirm(...lost);
    await soldIs(sumOf(lost));
    await world.loseTopics();

    // What had been told after `from` is told again, twice and far apart, among orders that nobody has told of.
    const fresh = ordersLike(late, 5);
    await world.confirm(fresh[0]!, late, ...fresh);
    await eventually(async () => expect(totalOf(await world.committed())).toBe(7n), 30_000);
    await world.confirm(late);
    const all = sumOf([...lost, ...fresh]);
    expect(await world.sold()).not.toEqual(all);

    const from = minuteOf(late.settledAt);
    expect(await rebuild({ ...asked, from })).toMatchObject({ orders: 6, passedOver: 0 });
    expect(await world.sold()).toEqual(all); // earlier minutes stay as they are

    const next = confirmedOrder();
    await world.confirm(next);
    await soldIs(sumOf([...lost, ...fresh, next]));
    expect((await rebuild({ ...asked, from })).differences).toEqual([]);
  },
  120_000,
);

test('of two at once the earlier gives way, and changes nothing', async () => {
  await world.confirm(confirmedOrder());
  await eventually(async () => expect((await world.sold()).orders).toBe(1), 30_000);
  let overtaken: Promise<unknown> | undefined;
  const overtake = () => void (overtaken ??= beginGeneration(asked, () => world.committed(), world.database));
  /** The swap comes when the other has begun. */
  const database: PrismaDatabase = {
    ...world.database,
    transaction: async (work, options) => (await overtaken, world.database.transaction(work, options)),
  };
  const earlier = rebuildSales(
    { ...asked, progress: overtake },
    { database, kafka: world.kafka, lane: world.names },
  );
  await expect(earlier).rejects.toThrow('another rebuild has taken the place of this one');
  await overtaken;
  expect((await generations()).length).toBe(2);
  expect((await world.sold()).orders).toBe(1);
}, 90_000);
