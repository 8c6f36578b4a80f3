import { FatalError, type SqlTransaction } from '@waybill/messaging';
import type { PrismaDatabase } from '@waybill/service-kit';
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

const selectPositions = 'SELECT partition, next FROM sales_positions';

/**
 * A new generation, and how far live counting had come when it began, to the message: all that is counted from then on is
 * added to it too. What another rebuild had begun is given up, and that one finds out at its end.
 */
export function beginGeneration(
  { actor, reason }: { readonly actor: string; readonly reason: string },
  database: PrismaDatabase,
): Promise<{ generation: bigint; until: Map<number, bigint> }> {
  return database.transaction(async (transaction) => {
    await transaction.execute(stopCounting);
    await transaction.execute(forgetUnfinished);
    const [row] = await transaction.query<{ generation: bigint }>(insertFilling, [actor, reason]);
    const positions = await transaction.query<{ partition: number; next: bigint }>(selectPositions);
    const until = new Map(positions.map(({ partition, next }) => [partition, next]));
    return { generation: row!.generation, until };
  });
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

/** Adds what was before it began, and lets it serve: readers see either generation, never half of one. */
export function serveGeneration(
  generation: bigint,
  history: readonly Minute[],
  database: PrismaDatabase,
): Promise<Difference[]> {
  const swap = async (transaction: SqlTransaction): Promise<Difference[]> => {
    await transaction.execute(stopCounting);
    const [filling] = await transaction.query(lockFilling, [generation]);
    if (!filling) throw new FatalError('another rebuild has taken the place of this one');
    await transaction.execute(addHistory, [generation, ...columnsOf(history)]);
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
