import { FatalError, type SqlTransaction } from '@waybill/messaging';
import type { PrismaDatabase } from '@waybill/service-kit';
import { positionsWithin, type Positions } from './sales-positions.js';
import type { Minute } from './sales-count.js';

/** A minute that two generations do not agree about; nothing where one has no sales in it. */
export interface Difference {
  readonly minute: Date;
  readonly currency: string;
  readonly was: { readonly orders: number; readonly cents: number } | null;
  readonly is: { readonly orders: number; readonly cents: number } | null;
}

const longestMs = 120_000;

/** Nobody counts meanwhile: whoever does has to take a position first. For the time of a few statements. */
const stopCounting = 'LOCK TABLE sales_positions IN SHARE ROW EXCLUSIVE MODE';

const forgetUnfinished = `DELETE FROM sales_generations WHERE state = 'filling'`;

const insertFilling = `
  INSERT INTO sales_generations (state, actor, reason) VALUES ('filling', $1, $2) RETURNING generation`;

/**
 * A new generation, and how far live counting had come when it began, to the message: all that is counted from then on is
 * added to it too. What another rebuild had begun is given up, and that one finds out at its end. `committed` tells how far
 * the lane has read.
 */
export function beginGeneration(
  { actor, reason }: { readonly actor: string; readonly reason: string },
  committed: () => Promise<Positions>,
  database: PrismaDatabase,
): Promise<{ generation: bigint; until: Positions }> {
  const begin = async (transaction: SqlTransaction) => {
    await transaction.execute(stopCounting);
    await transaction.execute(forgetUnfinished);
    const [row] = await transaction.query<{ generation: bigint }>(insertFilling, [actor, reason]);
    return { generation: row!.generation, until: await positionsWithin(committed, transaction) };
  };
  return database.transaction(begin, { timeoutMs: longestMs });
}

const lockFilling = `
  SELECT generation FROM sales_generations WHERE generation = $1 AND state = 'filling' FOR UPDATE`;

const addHistory = `
  INSERT INTO sales_per_minute AS live (generation, minute, currency, orders, cents)
  SELECT $1::bigint, history.*
  FROM unnest($2::timestamptz[], $3::text[], $4::bigint[], $5::bigint[]) AS history(minute, currency, orders, cents)
  ON CONFLICT (generation, minute, currency)
    DO UPDATE SET orders = live.orders + excluded.orders, cents = live.cents + excluded.cents`;

const compare = `
  WITH before AS (SELECT * FROM sales_per_minute JOIN sales_generations USING (generation) WHERE state = 'serving'),
       after AS (SELECT * FROM sales_per_minute WHERE generation = $1)
  SELECT minute, currency,
    CASE WHEN before.generation IS NOT NULL
      THEN json_build_object('orders', before.orders, 'cents', before.cents) END AS was,
    CASE WHEN after.generation IS NOT NULL
      THEN json_build_object('orders', after.orders, 'cents', after.cents) END AS "is"
  FROM before FULL JOIN after USING (minute, currency)
  WHERE (before.orders, before.cents) IS DISTINCT FROM (after.orders, after.cents)
  ORDER BY minute, currency`;

const forgetServing = `DELETE FROM sales_generations WHERE state = 'serving'`;
const serve = `UPDATE sales_generations SET state = 'serving' WHERE generation = $1`;

/** What served, in place of whatever was added meanwhile. */
const keepEarlier = `
  WITH added AS (DELETE FROM sales_per_minute WHERE generation = $1 AND minute < $2)
  INSERT INTO sales_per_minute (generation, minute, currency, orders, cents)
  SELECT $1, minute, currency, orders, cents
  FROM sales_per_minute JOIN sales_generations USING (generation)
  WHERE state = 'serving' AND minute < $2`;

interface Filled {
  readonly generation: bigint;
  readonly history: readonly Minute[];
  /** Minutes before it stay as they are. */
  readonly from?: Date | undefined;
}

/** Adds what was before it began, and lets it serve: readers see either generation, never half of one. */
export function serveGeneration(
  { generation, history, from }: Filled,
  database: PrismaDatabase,
): Promise<Difference[]> {
  const swap = async (transaction: SqlTransaction): Promise<Difference[]> => {
    await transaction.execute(stopCounting);
    const [filling] = await transaction.query(lockFilling, [generation]);
    if (!filling) throw new FatalError('another rebuild has taken the place of this one');
    await transaction.execute(addHistory, [generation, ...columnsOf(history)]);
    if (from) await transaction.execute(keepEarlier, [generation, from]);
    const differences = await transaction.query<Difference>(compare, [generation]);
    await transaction.execute(forgetServing);
    await transaction.execute(serve, [generation]);
    return differences;
  };
  return database.transaction(swap, { timeoutMs: longestMs });
}

export const columnsOf = (minutes: readonly Minute[]): unknown[] => [
  minutes.map(({ minute }) => new Date(minute)),
  minutes.map(({ currency }) => currency),
  minutes.map(({ orders }) => orders),
  minutes.map(({ cents }) => cents),
];
