import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { deadLetter, done } from '@waybill/messaging';
import { DeliveryWorld, messageOf } from '../testing/delivery-world.js';

let world: DeliveryWorld;
beforeAll(async () => void (world = await DeliveryWorld.open()));
afterAll(() => world.close());

const looksOften = { patience: { lookEveryMs: 50 } };

test('what is parked behind a dead head is shown as parked and growing old, and none of it as due', async () => {
  const subscription = world.subscription();
  const never = async () => deadLetter('never');
  const runner = await world.run(subscription, never, looksOften);
  await world.publish(subscription.addresses[0]!, messageOf('k1'), messageOf('k2'), messageOf('k3'));
  await world.eventually(() =>
    expect(runner.status.backlog).toMatchObject({ parked: 3, due: 0, waiting: 0 }),
  );
  await world.eventually(() => expect(runner.status.backlog!.oldestAgeMs).toBeGreaterThan(100));
});

test('a parked head whose time has come is due, until it has run', async () => {
  const subscription = world.subscription();
  const runner = await world.run(subscription, async () => done(), looksOften);
  const name = subscription.name;
  // Claimed by another process for a while: due, and not ours to run.
  await world.query(
    `INSERT INTO key_states (subscription, key, state, due_at, claimed_until)
     VALUES ($1, 'k', 'waiting', now(), now() + interval '1 hour')`,
    [name],
  );
  await world.eventually(() => expect(runner.status.backlog).toMatchObject({ parked: 0, due: 1 }));
  await world.query('DELETE FROM key_states WHERE subscription = $1', [name]);
  await world.eventually(() => expect(runner.status.backlog).toMatchObject({ due: 0 }));
});

test('while a handler holds a message, the subscription’s oldest age grows', async () => {
  const subscription = world.subscription();
  let finish = (): void => undefined;
  const held = new Promise<void>((resolve) => (finish = resolve));
  const handle = async () => {
    await held;
    return done();
  };
  const runner = await world.run(subscription, handle, looksOften);
  await world.publish(subscription.addresses[0]!, messageOf('k1'));
  await world.eventually(() => expect(runner.status.backlog?.oldestAgeMs).toBeGreaterThan(100));
  finish();
  await world.eventually(() => expect(runner.status).toMatchObject({ held: 0, backlog: { oldestAgeMs: 0 } }));
});
