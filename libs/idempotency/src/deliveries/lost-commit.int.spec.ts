import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { done, InfrastructureError, type SqlDatabase } from '@waybill/messaging';
import { RedisInbox } from '../redis/index.js';
import { PostgresInbox } from '../postgres-inbox.js';
import { DeliveryWorld, messageOf } from '../testing/delivery-world.js';

// As long as the waits within may take on a busy machine.

let world: DeliveryWorld;
let redis: RedisInbox;
beforeAll(async () => {
  world = await DeliveryWorld.open();
  redis = new RedisInbox({ url: process.env['REDIS_URL']!, processingMs: 120_000, completedMs: 120_000 });
  await redis.start();
});
afterAll(async () => {
  await world.close();
  redis.close();
});

/** The world's database, whose connection breaks after a commit and before its answer when `lose` says so. */
function losingAnswers(lose: () => boolean): SqlDatabase {
  const { database } = world;
  return {
    transaction: async (work, options) => {
      const result = await database.transaction(work, options);
      if (lose()) throw new InfrastructureError('the connection broke during COMMIT');
      return result;
    },
  };
}

test.each([
  ['Postgres', () => new PostgresInbox()],
  ['Redis', () => redis],
])(
  'a parked head that never heard of its own commit lets its key go on at once; inbox in %s',
  async (_, inboxOf) => {
    const subscription = world.subscription();
    const effects: string[] = [];
    let failures = 1;
    let lost = 0;
    const database = losingAnswers(() => effects.length === 1 && lost++ === 0);
    await world.run(
      subscription,
      async ({ payload, transaction }) => {
        if (failures-- > 0) throw new Error('not yet');
        transaction.afterCommit(() => void effects.push(payload));
        return done();
      },
      { inbox: inboxOf(), database },
    );
    await world.publish(subscription.addresses[0]!, messageOf('k1'));
    await world.eventually(async () =>
      expect(
        await world.query('SELECT 1 FROM key_states WHERE subscription = $1', [subscription.name]),
      ).toHaveLength(1),
    );
    await world.publish(subscription.addresses[0]!, messageOf('k2'));
    await world.eventually(() => expect(effects).toEqual(['k1', 'k2']));
    expect(lost).toBeGreaterThan(0);
  },
);
