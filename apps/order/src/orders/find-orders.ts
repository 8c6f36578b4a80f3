import { Inject, Injectable } from '@nestjs/common';
import { DATABASE, type PrismaDatabase } from '@waybill/service-kit';
import type { Order, OrderStatus } from './order.js';
import { orderColumns, rowToOrder, type OrderRow } from './order-row.js';

export interface OrderQuery {
  readonly customerId?: string | undefined;
  readonly status?: OrderStatus | undefined;
  /** Order id: only younger ones (ids are UUIDv7, so they sort by time). */
  readonly after?: string | undefined;
  readonly limit: number;
}

const listSql = `
  SELECT ${orderColumns} FROM orders
  WHERE ($1::text IS NULL OR customer_id = $1)
    AND ($2::text IS NULL OR status = $2)
    AND ($3::uuid IS NULL OR order_id > $3::uuid)
  ORDER BY order_id LIMIT $4::int`;

/** Pending orders have an index of their own, which the planner takes only for a literal. */
const listPendingSql = listSql.replace(
  '($2::text IS NULL OR status = $2)',
  `status = 'PENDING' AND $2 = 'PENDING'`,
);

@Injectable()
export class FindOrders {
  constructor(@Inject(DATABASE) private readonly database: PrismaDatabase) {}

  async one(orderId: string): Promise<Order | undefined> {
    const [row] = await this.database.query<OrderRow>(
      `SELECT ${orderColumns} FROM orders WHERE order_id = $1::uuid`,
      [orderId],
    );
    return row && rowToOrder(row);
  }

  /** In order of acceptance; `nextCursor` is there while more follow. */
  async list({
    customerId,
    status,
    after,
    limit,
  }: OrderQuery): Promise<{ orders: Order[]; nextCursor?: string }> {
    const sql = status === 'PENDING' ? listPendingSql : listSql;
    const rows = await this.database.query<OrderRow>(sql, [
      customerId ?? null,
      status ?? null,
      after ?? null,
      limit,
    ]);
    const orders = rows.map(rowToOrder);
    const last = orders.length === limit ? orders.at(-1)!.orderId : undefined;
    return { orders, ...(last && { nextCursor: last }) };
  }
}
