import { Injectable } from '@nestjs/common';
import type { SqlTransaction } from '@waybill/messaging';
import type { PrismaDatabase } from '@waybill/service-kit';
import type { Counted } from './sales-count.js';
import { columnsOf } from './sales-generations.js';

export interface Sales {
  readonly minute: Date;
  readonly currency: string;
  readonly orders: number;
  readonly cents: number;
}

/**
 * Changes nothing where so much is counted already. It comes before all else: a rebuild locks this table, so that whoever
 * gets past it finds the generation which that has begun.
 */
const takePositionSql = `
  INSERT INTO sales_positions AS known (partition, next) VALUES ($1::int, $2::bigint)
  ON CONFLICT (partition) DO UPDATE SET next = excluded.next WHERE known.next < excluded.next`;

/** To every generation there is: the one that serves, and one that is being filled. */
const addSql = `
  INSERT INTO sales_per_minute AS known (generation, minute, currency, orders, cents)
  SELECT generation, minute, currency, orders, cents
  FROM sales_generations, unnest($1::timestamptz[], $2::text[], $3::bigint[], $4::bigint[])
    AS counted(minute, currency, orders, cents)
  ORDER BY 1, 2, 3
  ON CONFLICT (generation, minute, currency)
    DO UPDATE SET orders = known.orders + excluded.orders, cents = known.cents + excluded.cents`;

const latestSql = `
  SELECT minute, currency, orders::float8 AS orders, cents::float8 AS cents
  FROM sales_per_minute JOIN sales_generations USING (generation)
  WHERE state = 'serving' AND minute > now() - make_interval(mins => $1::int)
    AND ($2::text IS NULL OR currency = $2)
  ORDER BY minute DESC, currency
  LIMIT $3::int`;

/** Confirmed orders by minute, as far as they are counted. */
@Injectable()
export class SalesStore {
  /** Once: a record says how far it counts, and comes after all that count less of its partition. */
  async add({ partition, next, minutes }: Counted, transaction: SqlTransaction): Promise<void> {
    const taken = await transaction.execute(takePositionSql, [partition, next]);
    if (taken === 0) return;
    await transaction.execute(addSql, columnsOf(minutes));
  }

  /** The latest minute first. */
  latest(
    { minutes, currency, limit }: { minutes: number; currency?: string | undefined; limit: number },
    database: PrismaDatabase,
  ): Promise<Sales[]> {
    return database.query<Sales>(latestSql, [minutes, currency ?? null, limit]);
  }
}
