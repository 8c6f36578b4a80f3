import { randomUUID } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { eventually } from '@waybill/test-kit';
import { killMissed } from '../harness/kill-missed.js';
import type { Outside } from '../harness/outside.js';

const tellers = 20;
const beforeTheKill = 2_000;
const inAll = 10_000;

/** What customers do in the shop: told without an answer, counted at most once. */
export function activity({ system, databases, kafka }: Outside): void {
  const run = `A-${randomUUID()}`;
  let told = 0;
  const tell = async (sku: string) => {
    const answer = await fetch(`${system.address('ORDER_URL')}/activity`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ customerId: `c-${told++ % 50}`, kind: 'viewed', sku }),
    });
    return answer.status;
  };
  /** A product of its own for each, so that what is counted twice shows. */
  const counted = async () => {
    const [found] = await databases.query<{ seen: number; doubled: number }>(
      'AUDIT',
      `SELECT count(*)::int AS seen, count(*) FILTER (WHERE times > 1)::int AS doubled
       FROM activity_counts WHERE starts_with(sku, $1)`,
      [run],
    );
    return found!;
  };

  describe('activity', () => {
    test('is taken at once and never counted twice, although the audit dies in the middle', async () => {
      const odd: number[] = [];
      let next = 0;
      const tellAll = async () => {
        while (next < inAll) {
          const status = await tell(`${run}-${next++}`);
          if (status !== 202) odd.push(status);
        }
      };
      const telling = Promise.all(Array.from({ length: tellers }, tellAll));
      await eventually(async () => expect((await counted()).seen).toBeGreaterThan(beforeTheKill), 60_000);
      await killMissed('audit', { system, kafka });
      const { seen: seenBefore } = await counted();
      expect(seenBefore).toBeLessThan(inAll); // else the kill met nothing
      await telling;
      expect(odd).toEqual([]);

      // Some more, until one is counted: the heir of the partitions reads again.
      const after = `${run}-after`;
      await eventually(async () => {
        await tell(`${after}-${next++}`);
        expect((await counted()).seen).toBeGreaterThan(seenBefore);
      }, 90_000);
      const last = `${run}-last`;
      expect(await tell(last)).toBe(202);
      await eventually(async () => {
        const [found] = await databases.query<{ last: number }>(
          'AUDIT',
          'SELECT count(*)::int AS last FROM activity_counts WHERE sku = $1',
          [last],
        );
        expect(found!.last).toBe(1);
      }, 30_000);
      const { seen, doubled } = await counted();
      expect(doubled).toBe(0);
      expect(seen).toBeLessThanOrEqual(told);
    }, 180_000);
  });
}
