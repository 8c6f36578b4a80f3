import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { done, type SqlDatabase, type Subscription } from '@waybill/messaging';
import { DeliveryWorld, messageOf } from '../testing/delivery-world.js';

let world: DeliveryWorld;
beforeAll(async () => void (world = await DeliveryWorld.open()));
afterAll(() => world.close());

/** Handed out once before, to somebody who kept none of it. */
async function handedOutBefore(subscription: Subscription): Promise<void> {
  const taken = Promise.withResolvers<void>();
  const consumer = world.broker.consumer(subscription, () => taken.resolve());
  await consumer.start();
  await taken.promise;
  await consumer.close();
}

/** Fails the first removal of a run in hand. */
function losingOneRemoval(database: SqlDatabase): SqlDatabase {
  let left = 1;
  return {
    transaction: (work, options) =>
      database.transaction(
        (transaction) =>
          work({
            ...transaction,
            execute: async (text, parameters) => {
              if (text.startsWith('DELETE FROM runs_in_hand') && left-- > 0) throw new Error('cut');
              return transaction.execute(text, parameters);
            },
          }),
        options,
      ),
  };
}

test('a suspect whose run could not be removed is settled, and does not hold up its next copy', async () => {
  const subscription = world.subscription({ order: 'none', onFailingKey: 'overtake', lane: 'keyed' });
  const message = messageOf('a', '');
  await world.query('INSERT INTO suspects (subscription, message_id) VALUES ($1, $2)', [
    subscription.name,
    message.attributes['id'],
  ]);
  const database = losingOneRemoval(world.database);
  const ended = () => world.events.filter(({ kind }) => kind === 'handled' || kind === 'duplicate').length;
  for (let copy = 0; copy < 2; copy++) {
    await world.publish(subscription.addresses[0]!, message);
    await handedOutBefore(subscription);
    const runner = await world.run(subscription, async () => done(), { database });
    await world.eventually(() => expect(ended()).toBe(copy + 1));
    await world.eventually(() => expect(runner.held).toBe(0));
    await runner.drain(1_000);
  }
  expect(world.effects).toEqual(['a']);
  expect(
    await world.query('SELECT 1 FROM runs_in_hand WHERE subscription = $1', [subscription.name]),
  ).toEqual([]);
});
