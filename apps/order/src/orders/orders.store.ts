import { Injectable } from '@nestjs/common';
import { perTransaction, type SqlTransaction } from '@waybill/messaging';
import { insertOrderSql } from './insert-order.sql.js';
import type { Order, OrderLine } from './order.js';
import { orderColumns, rowToOrder, type OrderRow } from './order-row.js';

/** The orders as one transaction sees and changes them. */
interface OpenOrders {
  readonly known: Map<string, Order>;
  readonly changed: Set<string>;
}

const lockOrderSql = `SELECT ${orderColumns} FROM orders WHERE order_id = $1::uuid FOR UPDATE`;

const linesSql = `
  SELECT sku, quantity, unit_price_cents AS "unitPriceCents" FROM order_lines
  WHERE order_id = $1::uuid ORDER BY position`;

/** One statement for all orders that a batch changed. Only what a decision can change is written. */
const saveOrdersSql = `
  UPDATE orders
  SET status = new.status, reason = new.reason, stock_reserved = new.stock_reserved, settled_at = new.settled_at
  FROM unnest($1::uuid[], $2::text[], $3::text[], $4::boolean[], $5::timestamptz[])
    AS new(order_id, status, reason, stock_reserved, settled_at)
  WHERE orders.order_id = new.order_id`;

@Injectable()
export class OrdersStore {
  private readonly open = perTransaction((transaction): OpenOrders => {
    const orders: OpenOrders = { known: new Map(), changed: new Set() };
    transaction.beforeCommit(() => write(orders, transaction));
    return orders;
  });

  async insert(
    order: Order,
    email: string | undefined,
    lines: readonly OrderLine[],
    transaction: SqlTransaction,
  ) {
    await transaction.execute(insertOrderSql, [
      order.orderId,
      order.customerId,
      email ?? null,
      order.totalCents,
      order.currency,
      order.express,
      order.createdAt,
      lines.map(({ sku }) => sku),
      lines.map(({ quantity }) => quantity),
      lines.map(({ unitPriceCents }) => unitPriceCents),
    ]);
  }

  /** The order as this transaction has it, locked until the transaction ends. */
  async lock(orderId: string, transaction: SqlTransaction): Promise<Order | undefined> {
    const { known } = this.open(transaction);
    if (known.has(orderId)) return known.get(orderId);
    const [row] = await transaction.query<OrderRow>(lockOrderSql, [orderId]);
    if (row) known.set(orderId, rowToOrder(row));
    return known.get(orderId);
  }

  /** Written with all others of the transaction, right before it commits. */
  save(order: Order, transaction: SqlTransaction): void {
    const { known, changed } = this.open(transaction);
    known.set(order.orderId, order);
    changed.add(order.orderId);
  }

  lines(orderId: string, transaction: SqlTransaction): Promise<OrderLine[]> {
    return transaction
      .query<{ sku: string; quantity: number; unitPriceCents: bigint }>(linesSql, [orderId])
      .then((rows) => rows.map((row) => ({ ...row, unitPriceCents: Number(row.unitPriceCents) })));
  }
}

async function write({ known, changed }: OpenOrders, transaction: SqlTransaction): Promise<void> {
  const orders = [...changed].map((orderId) => known.get(orderId)!);
  if (orders.length === 0) return;
  await transaction.execute(saveOrdersSql, [
    orders.map(({ orderId }) => orderId),
    orders.map(({ status }) => status),
    orders.map(({ reason }) => reason ?? null),
    orders.map(({ stockReserved }) => stockReserved),
    orders.map(({ settledAt }) => settledAt ?? null),
  ]);
}
