import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { eventually } from '@waybill/test-kit';
import { OrderError } from '../orders/order.errors.js';
import { claimOf, openOrderWorld, type OrderWorld } from '../testing/order-world.js';

let world: OrderWorld;
beforeAll(async () => void (world = await openOrderWorld()));
afterAll(() => world.close());

const claim = (requests: ReturnType<typeof claimOf>[]) =>
  world.within((transaction) => world.keys.claimAll(requests, transaction));

describe('keys that are claimed together', () => {
  test('are ours, but for those that were used: these have their answer, or are refused for another body', async () => {
    const [used, reused] = [claimOf('used'), claimOf('reused')];
    expect((await claim([used, reused])).size).toBe(0);
    const again = { ...used, answer: { orderId: 'another' } };
    const other = { ...reused, bodyHash: Buffer.alloc(32, 1) };
    const answered = await claim([claimOf('new 1'), other, claimOf('new 2'), again]);
    expect([...answered.keys()].map(({ key }) => key)).toEqual(['reused', 'used']);
    expect(answered.get(again)).toEqual(used.answer);
    expect(answered.get(other)).toMatchObject({ code: 'key-reused' });
  });

  test('are told apart by customer and route', async () => {
    const key = claimOf('same');
    const keys = [
      key,
      { ...key, customerId: 'another', answer: { orderId: 'of another' } },
      { ...key, route: 'another', answer: { orderId: 'of another route' } },
    ];
    for (const one of keys) expect((await claim([one])).size).toBe(0);
    expect([...(await claim(keys)).values()]).toEqual(keys.map(({ answer }) => answer));
  });

  test('are ours again after 24 hours', async () => {
    const [old, young] = [claimOf('old'), claimOf('young')];
    await claim([old, young]);
    await world.database.execute(
      "UPDATE idempotency_keys SET created_at = now() - interval '25 h' WHERE key = 'old'",
    );
    expect([...(await claim([old, young])).keys()]).toEqual([young]);
  });

  test('in opposite order by two transactions wait for each other instead of deadlocking', async () => {
    const [first, last] = [claimOf('order 1'), claimOf('order 2')];
    const waiting = await world.within(async (transaction) => {
      await world.keys.claimAll([first], transaction);
      const other = claim([last, first]);
      await untilOneWaits();
      // The other one waits for the first key, and must not hold the last one meanwhile.
      await world.keys.claimAll([last], transaction);
      return { other };
    });
    expect((await waiting.other).size).toBe(2);
  });

  test('wait half a second for one that a stranger holds, since all of them wait for it', async () => {
    await world.within(async (transaction) => {
      await world.keys.claim(claimOf('held'), transaction);
      const startedAt = performance.now();
      const refused = await claim([claimOf('free'), claimOf('held')]).catch((error: unknown) => error);
      expect(refused).toBeInstanceOf(OrderError);
      expect(refused).toMatchObject({ code: 'key-in-use' });
      expect(performance.now() - startedAt).toBeLessThan(2_000);
    });
  });
});

const untilOneWaits = () =>
  eventually(async () => {
    const waits = `SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`;
    expect(await world.database.query(waits)).toHaveLength(1);
  });
