import type { ShelfRow } from './evidence.ts';
import { readDatabase } from './read-database.ts';

/**
 * One statement, hence one snapshot: an order that is confirmed meanwhile is either counted on both sides or on
 * none. Lines whose SKU is no product would hide in an inner join, hence the full one.
 */
export const readStock = (ordersDatabaseUrl: string): Promise<ShelfRow[]> =>
  readDatabase(
    'orders',
    ordersDatabaseUrl,
    `WITH taken AS (
       SELECT line.sku,
              sum(line.quantity) FILTER (WHERE status = 'CONFIRMED' AND refunded_at IS NULL) AS confirmed,
              sum(line.quantity) FILTER (WHERE status = 'PENDING' AND stock_reserved) AS held
         FROM order_lines line JOIN orders USING (order_id)
        GROUP BY line.sku
     )
     SELECT sku,
            coalesce(stocked, 0)::bigint AS stocked,
            coalesce(on_hand, 0)::bigint AS "onHand",
            coalesce(reserved, 0)::bigint AS reserved,
            coalesce(confirmed, 0)::bigint AS confirmed,
            coalesce(held, 0)::bigint AS held
       FROM products FULL JOIN taken USING (sku)`,
  );
