import { afterEach, beforeEach, expect, test } from '@jest/globals';
import type { SqlTransaction } from '@waybill/messaging';
import { eventually } from '@waybill/test-kit';
import { besideSales, untilQuiet } from '../testing/beside-sales.js';
import { RebuildingProcess } from '../testing/rebuilding-process.js';
import { confirmedOrder, SalesWorld } from '../testing/sales-world.js';
import { Traffic } from '../testing/traffic.js';
import { rebuildSales } from './rebuild-sales.js';

let world: SalesWorld;
let killed: RebuildingProcess | undefined;
beforeEach(async () => {
  world = await SalesWorld.open();
  world.startLane();
  await world.startReader();
}, 60_000);
afterEach(async () => {
  await killed?.kill();
  killed = undefined;
  await world.close();
}, 60_000);

const rebuildAgain = () =>
  rebuildSales(
    { actor: 'test', reason: 'again' },
    { database: world.database, kafka: world.kafka, lane: world.names },
  );
const generations = () => world.database.query('SELECT state, actor FROM sales_generations ORDER BY state');
const middle = [
  { state: 'filling', actor: 'to be killed' },
  { state: 'serving', actor: 'migration' },
];
const again = [{ state: 'serving', actor: 'test' }];
const soldMoreThan = (orders: number) =>
  eventually(async () => expect((await world.sold()).orders).toBeGreaterThan(orders), 30_000);

/** Kills one that has begun, and is not over: both is looked at. What it had read. */
async function killInTheMiddle(standStillAt: number) {
  killed = RebuildingProcess.start(world, standStillAt);
  const progress = await killed.standsStill();
  expect(await generations()).toEqual(middle);
  expect(await killed.kill()).toBe(true);
  expect(await generations()).toEqual(middle);
  return progress;
}

test.each([
  ['a part of the events', 0],
  ['all events, before it served', 1],
])(
  'one killed when it had read %s stops no live counting; the next one begins again, and agrees with what served',
  async (_, standStillAt) => {
    const orders = new Traffic(world);
    await soldMoreThan(300);
    const { read, inAll } = await killInTheMiddle(standStillAt);
    if (standStillAt === 0) expect(read).toBeLessThan(inAll);
    else expect(read).toBe(inAll);
    await soldMoreThan((await world.sold()).orders + 100); // read by who asks, from the former

    const rebuilt = await rebuildAgain();
    expect(rebuilt).toMatchObject({ differences: [], passedOver: 0 });
    expect(rebuilt.read).toBeGreaterThan(inAll); // from the first event on
    expect(await generations()).toEqual(again);
    const sum = await orders.stop();
    await eventually(async () => expect(await world.sold()).toEqual(sum), 60_000);
    const [left] = await world.database.query<{ ofOthers: number }>(
      `SELECT count(*)::int AS "ofOthers" FROM sales_per_minute JOIN sales_generations USING (generation)
       WHERE state <> 'serving'`,
    );
    expect(left).toEqual({ ofOthers: 0 });
  },
  120_000,
);

test('one killed while it exchanges the generations, counting held up, leaves the former serving and counted on', async () => {
  const orders = new Traffic(world);
  await soldMoreThan(100);
  const exchanging = async () => {
    const [found] = await world.database.query<{ waiting: number }>(
      `SELECT count(*)::int AS waiting FROM pg_stat_activity
       WHERE datname = current_database() AND wait_event_type = 'Lock' AND starts_with(query, 'DELETE FROM sales_generations')`,
    );
    return found!.waiting;
  };
  const keepServing = async (transaction: SqlTransaction) => {
    await transaction.query(`SELECT FROM sales_generations WHERE state = 'serving' FOR KEY SHARE`);
    killed = RebuildingProcess.start(world, RebuildingProcess.never);
    await eventually(async () => expect(await exchanging()).toBe(1), 30_000);
    expect(await killed.kill()).toBe(true);
  };
  await world.database.transaction(keepServing, { timeoutMs: 60_000 });

  await soldMoreThan((await world.sold()).orders + 100);
  expect(await generations()).toEqual(middle);
  expect(await rebuildAgain()).toMatchObject({ differences: [], passedOver: 0 });
  const sum = await orders.stop();
  await eventually(async () => expect(await world.sold()).toEqual(sum), 60_000);
}, 120_000);

test('neither the killed one nor the next one sends, commits or remembers anything of the messages', async () => {
  const orders = Array.from({ length: 400 }, confirmedOrder);
  await world.confirm(...orders);
  await soldMoreThan(orders.length - 1);
  await untilQuiet(world);
  const before = await besideSales(world);
  await killInTheMiddle(0);
  expect(await besideSales(world)).toEqual(before);
  expect(await rebuildAgain()).toMatchObject({ differences: [], orders: orders.length });
  expect(await besideSales(world)).toEqual(before);
}, 90_000);
