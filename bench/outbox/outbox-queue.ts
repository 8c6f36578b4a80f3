import { readFile } from 'node:fs/promises';
import { Outbox, outboxSql, pgDatabase } from '@waybill/outbox';
import { eventually } from '@waybill/test-kit';
import type pg from 'pg';
import { placedOrder } from '../contest/placed-order.ts';
import type { Queue } from './queue.ts';

const partitions = 8;

export const outboxQueue: Queue = {
  name: 'relay',
  sender: new URL('relay-sender.ts', import.meta.url).href,
  tables: await readFile(outboxSql, 'utf8'),
  fill: async (events, topic, pool) => {
    const outbox = outboxTo(topic);
    await pgDatabase(pool).transaction((transaction) => outbox.add(events, transaction), {
      timeoutMs: 300_000,
    });
  },
  // By the primary key, as the relay reads: a look at all of the table is one at each row that is dead and cannot be removed.
  countLeft: (latest) => `
    SELECT count(*)::int AS left
    FROM generate_series(0, ${partitions - 1}) AS share, LATERAL (
      SELECT FROM outbox
      WHERE broker = 'kafka' AND partition = share::smallint
        AND number > (SELECT last_value FROM outbox_number_seq) - ${latest}
      OFFSET 0
    ) AS waiting`,
  sharedBy: (senders, pool) => eventually(() => evenShares(senders, pool), 30_000),
  keepsKeyOrder: true,
};

export const outboxTo = (topic: string, relay?: { poke(): void }): Outbox =>
  new Outbox({
    source: '/bench',
    routes: { [placedOrder.type]: () => [{ broker: 'kafka', address: topic }] },
    ...(relay && { relay }),
  });

async function evenShares(senders: number, pool: pg.Pool): Promise<void> {
  const { rows } = await pool.query<{ shares: number }>(
    'SELECT count(*)::int AS shares FROM outbox_leases WHERE lease_until > now() GROUP BY owner',
  );
  if (rows.length !== senders || rows.some(({ shares }) => shares !== partitions / senders))
    throw new Error(`${senders} relays hold ${JSON.stringify(rows)}`);
}
