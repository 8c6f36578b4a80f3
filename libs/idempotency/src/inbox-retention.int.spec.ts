import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { deadLetter, deleteDeliveryStateOlderThan, done } from '@waybill/messaging';
import { randomUUID } from 'node:crypto';
import { deleteInboxOlderThan } from './inbox-retention.js';
import { PostgresInbox } from './postgres-inbox.js';
import { controlOf } from './testing/control-of.js';
import { DeliveryWorld, messageOf } from './testing/delivery-world.js';
import { claimsOf, runOver } from './testing/store-behaviour.js';

let world: DeliveryWorld;
beforeAll(async () => void (world = await DeliveryWorld.open()));
afterAll(() => world.close());

/** Everything about a subscription is so much older from now on. */
async function age(subscription: string, days: number): Promise<void> {
  const times = {
    inbox: 'handled_at',
    inbox_bodies: 'admitted_at',
    operations: 'carried_out_at',
    suspects: 'since',
    runs_in_hand: 'started_at',
  };
  for (const [table, time] of Object.entries(times))
    await world.query(
      `UPDATE ${table} SET ${time} = ${time} - make_interval(days => $2) WHERE subscription = $1`,
      [subscription, days],
    );
}

async function rowsOf(subscription: string): Promise<Record<string, number>> {
  const tables = ['inbox', 'inbox_bodies', 'operations', 'suspects', 'runs_in_hand', 'parked_messages'];
  const counts = tables.map(async (table) => {
    const rows = await world.query(`SELECT FROM ${table} WHERE subscription = $1`, [subscription]);
    return [table, rows.length] as const;
  });
  return Object.fromEntries((await Promise.all(counts)).filter(([, count]) => count > 0));
}

async function forget(days: number): Promise<void> {
  await deleteInboxOlderThan(days, world.database);
  await deleteDeliveryStateOlderThan(days, world.database);
}

test('what was handled longer ago is forgotten in slices, and the rest is kept', async () => {
  await world.query(
    "INSERT INTO inbox SELECT 'old', gen_random_uuid(), '', now() - interval '16 days' FROM generate_series(1, 12000)",
  );
  const young = claimsOf(3);
  const tested = { store: new PostgresInbox(), database: world.database };
  await runOver(tested, young, { subscription: 'young' });
  expect(await deleteInboxOlderThan(15, world.database)).toBe(12_000);
  expect(await runOver(tested, young, { subscription: 'young' })).toEqual(Array(3).fill('duplicate'));
});

test('admitted bodies go with their message, operations, suspects and dead runs by their own age', async () => {
  const subscription = world.subscription();
  await world.run(subscription, async () => done());
  const message = messageOf('a');
  await world.broker.publisher().publish([controlOf('correct', message, subscription)]);
  await world.eventually(async () => expect(await rowsOf(subscription.name)).toMatchObject({ inbox: 1 }));
  await leaveTracesOfDeath(subscription.name, message.attributes['id']!);
  const all = { inbox: 1, inbox_bodies: 1, operations: 1, suspects: 1, runs_in_hand: 1 };
  await age(subscription.name, 14);
  await forget(15);
  expect(await rowsOf(subscription.name)).toEqual(all);

  // Its bodies say which copies are the handled message, for as long as it is known as handled.
  await age(subscription.name, 2);
  await world.query('UPDATE inbox SET handled_at = now() WHERE subscription = $1', [subscription.name]);
  await forget(15);
  expect(await rowsOf(subscription.name)).toEqual({ inbox: 1, inbox_bodies: 1 });

  await age(subscription.name, 16);
  await forget(15);
  expect(await rowsOf(subscription.name)).toEqual({});
});

test('all that belongs to a dead message and those parked behind it stays until it is resolved', async () => {
  const subscription = world.subscription();
  let broken = true;
  await world.run(subscription, async () => (broken ? deadLetter('never') : done()));
  const head = messageOf('k1');
  await world.publish(subscription.addresses[0]!, head, messageOf('k2'));
  await world.eventually(async () =>
    expect(await rowsOf(subscription.name)).toMatchObject({ parked_messages: 2 }),
  );
  await world.broker.publisher().publish([controlOf('correct', head, subscription)]);
  await world.eventually(async () =>
    expect(world.notices.filter(({ result }) => result === 'failed again')).toHaveLength(1),
  );
  await leaveTracesOfDeath(subscription.name, head.attributes['id']!);
  await age(subscription.name, 100);
  await forget(15);
  expect(await rowsOf(subscription.name)).toEqual({
    inbox_bodies: 1,
    operations: 1,
    suspects: 1,
    parked_messages: 2,
  });

  broken = false;
  await world.broker.publisher().publish([controlOf('replay', head, subscription)]);
  await world.eventually(async () => expect(await rowsOf(subscription.name)).toMatchObject({ inbox: 2 }));
  await age(subscription.name, 16);
  await forget(15);
  expect(await rowsOf(subscription.name)).toEqual({});
});

test.each([14, 0, Number.NaN])(
  'forgetting after %s days is refused: a broker may deliver later',
  async (days) => {
    const tooShort = { code: 'WAYBILL_RETENTION_TOO_SHORT' };
    await expect(deleteInboxOlderThan(days, world.database)).rejects.toMatchObject(tooShort);
    await expect(deleteDeliveryStateOlderThan(days, world.database)).rejects.toMatchObject(tooShort);
  },
);

async function leaveTracesOfDeath(subscription: string, messageId: string): Promise<void> {
  await world.query('INSERT INTO suspects (subscription, message_id) VALUES ($1, $2)', [
    subscription,
    messageId,
  ]);
  await world.query(
    `INSERT INTO runs_in_hand (run_id, subscription, owner, alone, message_ids) VALUES ($1, $2, 'gone', false, $3)`,
    [randomUUID(), subscription, [messageId]],
  );
}
