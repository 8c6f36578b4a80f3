import { afterAll, beforeAll, expect, test } from '@jest/globals';
import {
  deadLetter,
  done,
  findDelivery,
  deleteDeliveryStateOlderThan,
  recordingNotices,
  retryLater,
  type Message,
  type Outcome,
  type Subscription,
} from '@waybill/messaging';
import { randomUUID } from 'node:crypto';
import { PostgresInbox } from '../postgres-inbox.js';
import { controlOf } from '../testing/control-of.js';
import { DeliveryWorld, messageOf } from '../testing/delivery-world.js';

let world: DeliveryWorld;
beforeAll(async () => void (world = await DeliveryWorld.open()));
afterAll(() => world.close());

const idOf = (message: Message): string => message.attributes['id']!;
const find = (subscription: Subscription, message: Message) =>
  findDelivery(subscription.name, idOf(message), { database: world.database, inbox: new PostgresInbox() });
const stands = (subscription: Subscription, message: Message, expected: object) =>
  world.eventually(async () => expect(await find(subscription, message)).toEqual(expected));

const since = expect.stringMatching(/^\d{4}-.*Z$/);

/** Answers with the outcomes of each payload in turn, the last one for good; payloads without any are done. */
async function consume(subscription: Subscription, outcomes: Record<string, Outcome[]>): Promise<void> {
  const handle = async ({ payload }: { payload: string }) => {
    const left = outcomes[payload] ?? [done()];
    return left.length > 1 ? left.shift()! : left[0]!;
  };
  await world.run(subscription, handle, { announce: recordingNotices() });
}

const later = (afterMs: number) => retryLater({ because: 'not yet', afterMs });

test('where keys park: the head waits or is dead, the others are parked behind it, and what ran is handled', async () => {
  const subscription = world.subscription();
  await consume(subscription, { slow: [later(3_600_000)], broken: [deadLetter('never')] });
  const [slow, behind] = [messageOf('slow', 'a'), messageOf('behind', 'a')];
  const [broken, stuck] = [messageOf('broken', 'b'), messageOf('stuck', 'b')];
  const fine = messageOf('fine', 'c');
  await world.publish(subscription.addresses[0]!, slow, behind, broken, stuck, fine);

  await stands(subscription, fine, { state: 'handled', at: since });
  await stands(subscription, slow, { state: 'waiting', at: since });
  await stands(subscription, behind, { state: 'parked', at: since, parkedBehind: idOf(slow) });
  await stands(subscription, broken, { state: 'dead', at: since });
  await stands(subscription, stuck, { state: 'parked', at: since, parkedBehind: idOf(broken) });
});

test('where others overtake: one at a retry address waits, one among the dead letters is dead', async () => {
  const subscription = world.subscription({ order: 'none', onFailingKey: 'overtake', delaysMs: [3_600_000] });
  await consume(subscription, { slow: [later(1)], broken: [deadLetter('never')] });
  const [slow, broken] = [messageOf('slow'), messageOf('broken')];
  await world.publish(subscription.addresses[0]!, slow, broken);

  await stands(subscription, slow, { state: 'waiting', at: since });
  await stands(subscription, broken, { state: 'dead', at: since });
});

test('one that failed and then ran is handled, by itself or after a replay', async () => {
  const subscription = world.subscription({ order: 'none', onFailingKey: 'overtake', delaysMs: [50] });
  await consume(subscription, { slow: [later(1), done()], broken: [deadLetter('once'), done()] });
  const [slow, broken] = [messageOf('slow'), messageOf('broken')];
  await world.publish(subscription.addresses[0]!, slow);
  await stands(subscription, slow, { state: 'handled', at: since });

  await world.publish(subscription.addresses[0]!, broken);
  await stands(subscription, broken, { state: 'dead', at: since });
  await world.broker.publisher().publish([controlOf('replay', broken, subscription)]);
  await stands(subscription, broken, { state: 'handled', at: since });
  expect(await failing(subscription)).not.toContain(idOf(broken));
});

test('one that was handled stops its key when another body comes under its id, which is dead', async () => {
  const subscription = world.subscription();
  await consume(subscription, {});
  const fine = messageOf('fine', 'a');
  await world.publish(subscription.addresses[0]!, fine);
  await stands(subscription, fine, { state: 'handled', at: since });
  const stuck = messageOf('stuck', 'a');
  await world.publish(subscription.addresses[0]!, messageOf('forged', 'a', idOf(fine)));
  await stands(subscription, fine, { state: 'dead', at: since });
  await world.publish(subscription.addresses[0]!, stuck);
  await stands(subscription, stuck, { state: 'parked', at: since, parkedBehind: idOf(fine) });
});

test('one that was given up never runs again, which is handled', async () => {
  const subscription = world.subscription({ order: 'none', onFailingKey: 'overtake' });
  await consume(subscription, { broken: [deadLetter('never')] });
  const broken = messageOf('broken');
  await world.publish(subscription.addresses[0]!, broken);
  await stands(subscription, broken, { state: 'dead', at: since });
  await world.broker.publisher().publish([controlOf('discard', broken, subscription)]);
  await stands(subscription, broken, { state: 'handled', at: since });
});

test('one that was in hand when a process died waits', async () => {
  const subscription = world.subscription();
  const message = messageOf('suspect');
  await world.query('INSERT INTO suspects (subscription, message_id) VALUES ($1, $2)', [
    subscription.name,
    idOf(message),
  ]);
  await stands(subscription, message, { state: 'waiting', at: since });
});

test('one that never came is unknown, and so is one of another subscription', async () => {
  const [taken, other] = [world.subscription(), world.subscription()];
  const message = messageOf('fine');
  await consume(taken, {});
  await world.publish(taken.addresses[0]!, message);
  await stands(taken, message, { state: 'handled', at: since });
  expect(await find(other, message)).toEqual({ state: 'unknown' });
});

test('old retries are forgotten, dead letters never', async () => {
  const { name } = world.subscription();
  const [waiting, dead] = [randomUUID(), randomUUID()];
  await world.query(
    `INSERT INTO failing_deliveries VALUES ($1, $2, 'waiting', now() - interval '31 days'),
                                           ($1, $3, 'dead', now() - interval '31 days')`,
    [name, waiting, dead],
  );
  await deleteDeliveryStateOlderThan(30, world.database);
  expect(await failing({ name })).toEqual([dead]);
});

async function failing({ name }: Pick<Subscription, 'name'>): Promise<string[]> {
  const rows = await world.query<{ id: string }>(
    'SELECT message_id::text AS id FROM failing_deliveries WHERE subscription = $1',
    [name],
  );
  return rows.map(({ id }) => id);
}
