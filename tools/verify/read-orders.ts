import type { OrderRow } from './evidence.ts';
import { readDatabase } from './read-database.ts';

export const readOrders = (ordersDatabaseUrl: string): Promise<OrderRow[]> =>
  readDatabase(
    'orders',
    ordersDatabaseUrl,
    `SELECT order_id::text AS "orderId", status::text, total_cents AS "totalCents",
       customer_email IS NOT NULL AS "hasEmail",
       cancel_requested_at IS NOT NULL AS "cancelRequested", refunded_at IS NOT NULL AS refunded,
       customer_id IN (SELECT customer_id FROM erasures) AS "erased"
     FROM orders`,
  );
