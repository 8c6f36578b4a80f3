import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import {
  leases,
  type IdempotencyStore,
  type InboxClaim,
  type InboxVerdict,
  type SqlDatabase,
} from '@waybill/messaging';
import { createHash, randomUUID } from 'node:crypto';

export interface StoreUnderTest {
  readonly store: IdempotencyStore;
  readonly database: SqlDatabase;
  close(): Promise<void>;
}

export const claimOf = (messageId: string = randomUUID(), body = 'body'): InboxClaim => ({
  messageId,
  bodyHash: createHash('sha256').update(body).digest(),
});

export const claimsOf = (count: number): InboxClaim[] => Array.from({ length: count }, () => claimOf());

interface RunOptions {
  readonly subscription?: string;
  readonly end?: 'commit' | 'roll back';
  /** While it holds its claims. */
  readonly meanwhile?: (verdicts: readonly InboxVerdict[]) => Promise<void>;
}

/** One run as the pipeline does it, from its claims to their end. */
export async function runOver(
  { store, database }: Pick<StoreUnderTest, 'store' | 'database'>,
  wanted: readonly InboxClaim[],
  { subscription = 's', end = 'commit', meanwhile = async () => undefined }: RunOptions = {},
): Promise<readonly InboxVerdict[]> {
  const owner = randomUUID();
  let verdicts: readonly InboxVerdict[] = [];
  const own = () => wanted.filter((_, index) => verdicts[index] === 'new');
  await database
    .transaction(async (transaction) => {
      const answered = await store.claim(subscription, wanted, transaction, owner);
      verdicts = wanted.map(({ messageId }) => answered.get(messageId)!);
      await meanwhile(verdicts);
      if (end === 'roll back') throw new RolledBack();
      if (leases(store)) await store.confirm(subscription, own(), owner);
    })
    .catch((error: unknown) => {
      if (!(error instanceof RolledBack)) throw error;
    });
  if (leases(store) && end === 'commit') await store.complete(subscription, own(), owner);
  if (leases(store) && end === 'roll back') await store.release(subscription, own(), owner);
  return verdicts;
}

class RolledBack extends Error {}

/** What every store promises, whether its claims are leases or rows. */
export function remembersWhatWasHandled(open: () => Promise<StoreUnderTest>): void {
  describe('a store', () => {
    let tested: StoreUnderTest;
    beforeAll(async () => void (tested = await open()));
    afterAll(() => tested.close());

    const run = (wanted: readonly InboxClaim[], options?: RunOptions) => runOver(tested, wanted, options);
    const known = (wanted: readonly InboxClaim[]) =>
      tested.database.transaction((transaction) => tested.store.known('s', wanted, transaction));
    const admit = (claim: InboxClaim) =>
      tested.database.transaction((transaction) =>
        tested.store.admitBody('s', claim, randomUUID(), transaction),
      );

    test('finds a message new once', async () => {
      const hundred = claimsOf(100);
      expect(new Set(await run(hundred))).toEqual(new Set(['new']));
      expect(new Set(await run(hundred))).toEqual(new Set(['duplicate']));
    });

    test('answers for each message of a mixed batch by itself', async () => {
      const [one, other, fresh] = claimsOf(3) as [InboxClaim, InboxClaim, InboxClaim];
      await run([one, other]);
      const verdicts = await run([fresh, claimOf(other.messageId, 'changed'), one]);
      expect(verdicts).toEqual(['new', 'different-body', 'duplicate']);
    });

    test('keeps subscriptions apart', async () => {
      const one = claimsOf(1);
      expect([await run(one, { subscription: 'a' }), await run(one, { subscription: 'b' })]).toEqual([
        ['new'],
        ['new'],
      ]);
    });

    test('forgets the claims of a run that came to nothing, whatever the next body', async () => {
      const one = claimOf();
      expect(await run([one], { end: 'roll back' })).toEqual(['new']);
      expect(await run([claimOf(one.messageId, 'changed')])).toEqual(['new']);
    });

    test('takes an admitted body for the same message, and no other', async () => {
      const one = claimOf();
      await run([one]);
      await admit(claimOf(one.messageId, 'corrected'));
      expect([
        await run([claimOf(one.messageId, 'corrected')]),
        await run([one]),
        await run([claimOf(one.messageId, 'changed')]),
      ]).toEqual([['duplicate'], ['duplicate'], ['different-body']]);
    });

    test('admitting a body handles nothing', async () => {
      const corrected = claimOf();
      await admit(corrected);
      expect((await known([corrected])).size).toBe(0);
      expect(await run([corrected])).toEqual(['new']);
    });

    test('tells what it knows without claiming the rest', async () => {
      const [handled, fresh] = claimsOf(2) as [InboxClaim, InboxClaim];
      await run([handled]);
      const changed = claimOf(handled.messageId, 'changed');
      expect([...(await known([handled, fresh]))]).toEqual([[handled.messageId, 'duplicate']]);
      expect([...(await known([changed]))]).toEqual([[handled.messageId, 'different-body']]);
      expect(await run([fresh])).toEqual(['new']);
    });

    test('never lets two runs have a message at once, and only one of them handle it', async () => {
      const one = claimsOf(1);
      let inside = 0;
      let most = 0;
      let committed = 0;
      const runs = Array.from({ length: 10 }, (_, index) => {
        const end = index % 2 === 0 ? 'roll back' : 'commit';
        const meanwhile = async (verdicts: readonly InboxVerdict[]) => {
          if (verdicts[0] !== 'new') return;
          most = Math.max(most, ++inside);
          if (end === 'commit') committed++;
          await new Promise((resolve) => setImmediate(resolve));
          inside--;
        };
        return run(one, { end, meanwhile });
      });
      await Promise.all(runs);
      expect(most).toBe(1);
      expect(committed).toBeLessThanOrEqual(1);
      expect(await run(one)).toEqual([committed === 1 ? 'duplicate' : 'new']);
    });

    test('finds each message of many runs in opposite orders new for exactly one of them', async () => {
      for (let round = 0; round < 20; round++) {
        const batch = claimsOf(50);
        const orders = [batch, batch.toReversed(), batch, batch.toReversed()];
        const answers = await Promise.all(orders.map((wanted) => run(wanted)));
        expect(answers.flat().filter((verdict) => verdict === 'new')).toHaveLength(50);
      }
    });

    test('refuses an id twice at once', async () => {
      const one = claimOf();
      await expect(run([one, claimOf(one.messageId, 'other')])).rejects.toMatchObject({
        code: 'WAYBILL_INBOX_REPEATED_CLAIM',
      });
    });

    test('asked for nothing answers nothing', async () => {
      expect(await run([])).toEqual([]);
    });
  });
}
