import { Injectable } from '@nestjs/common';
import { perTransaction, type SqlTransaction } from '@waybill/messaging';
import { measureSettled } from './order-metrics.js';
import { insertOrdersSql } from './insert-orders.sql.js';
import type { NewOrder, Order, OrderLine } from './order.js';
import { orderColumns, rowToOrder, type OrderRow } from './order-row.js';

/** The orders as one transaction sees and changes them. */
interface OpenOrders {
  readonly known: Map<string, Order>;
  readonly lines: Map<string, OrderLine[]>;
  readonly changed: Set<string>;
  /** Settled by this transaction. */
  readonly settled: Order[];
}

interface LineRow {
  readonly order_id: string;
  readonly sku: string;
  readonly quantity: number;
  readonly unit_price_cents: bigint;
  readonly image_s3_key: string | null;
}

/** Sorted, so that two batches with common orders wait for each other instead of deadlocking. */
const lockOrdersSql = `
  SELECT ${orderColumns} FROM orders WHERE order_id = ANY ($1::uuid[]) ORDER BY order_id FOR UPDATE`;

const linesSql = `
  SELECT order_id, sku, quantity, unit_price_cents, image_s3_key FROM order_lines
  WHERE order_id = ANY ($1::uuid[]) ORDER BY order_id, position`;

/** One statement for all orders that a batch changed. Only what a decision can change is written. */
const saveOrdersSql = `
  UPDATE orders
  SET status = new.status, reason = new.reason, stock_reserved = new.stock_reserved, settled_at = new.settled_at,
    cancel_requested_at = new.cancel_requested_at, refunded_at = new.refunded_at
  FROM unnest($1::uuid[], $2::text[], $3::text[], $4::boolean[], $5::timestamptz[],
    $6::timestamptz[], $7::timestamptz[])
    AS new(order_id, status, reason, stock_reserved, settled_at, cancel_requested_at, refunded_at)
  WHERE orders.order_id = new.order_id`;

@Injectable()
export class OrdersStore {
  private readonly open = perTransaction((transaction): OpenOrders => {
    const orders: OpenOrders = { known: new Map(), lines: new Map(), changed: new Set(), settled: [] };
    transaction.beforeCommit(() => write(orders, transaction));
    transaction.afterCommit(() => orders.settled.forEach(measureSettled));
    return orders;
  });

  async insertAll(placed: readonly NewOrder[], transaction: SqlTransaction): Promise<void> {
    if (placed.length === 0) return;
    const orders = placed.map(({ order }) => order);
    const lines = placed.flatMap(linesOf);
    await transaction.execute(insertOrdersSql, [
      orders.map(({ orderId }) => orderId),
      orders.map(({ customerId }) => customerId),
      orders.map(({ customerEmail }) => customerEmail ?? null),
      orders.map(({ totalCents }) => totalCents),
      orders.map(({ currency }) => currency),
      orders.map(({ express }) => express),
      orders.map(({ createdAt }) => createdAt),
      lines.map(({ orderId }) => orderId),
      lines.map(({ position }) => position),
      lines.map(({ sku }) => sku),
      lines.map(({ quantity }) => quantity),
      lines.map(({ unitPriceCents }) => unitPriceCents),
      lines.map(({ imageS3Key }) => imageS3Key ?? null),
    ]);
  }

  /** The order as this transaction has it, locked until the transaction ends. */
  async lock(orderId: string, transaction: SqlTransaction): Promise<Order | undefined> {
    await this.lockAll([orderId], transaction);
    return this.open(transaction).known.get(orderId);
  }

  /** One statement for those that are not locked yet. */
  async lockAll(orderIds: readonly string[], transaction: SqlTransaction): Promise<void> {
    const { known } = this.open(transaction);
    const missing = orderIds.filter((orderId) => !known.has(orderId));
    if (missing.length === 0) return;
    const rows = await transaction.query<OrderRow>(lockOrdersSql, [missing]);
    for (const row of rows) known.set(row.order_id, rowToOrder(row));
  }

  /** Written with all others of the transaction, right before it commits. */
  save(order: Order, transaction: SqlTransaction): void {
    const { known, changed, settled } = this.open(transaction);
    if (order.settledAt && !known.get(order.orderId)?.settledAt) settled.push(order);
    known.set(order.orderId, order);
    changed.add(order.orderId);
  }

  async lines(orderId: string, transaction: SqlTransaction): Promise<readonly OrderLine[]> {
    await this.readLines([orderId], transaction);
    return this.open(transaction).lines.get(orderId)!;
  }

  /** One statement for those that are not read yet. Lines never change, so they need no lock. */
  async readLines(orderIds: readonly string[], transaction: SqlTransaction): Promise<void> {
    const { lines } = this.open(transaction);
    const missing = orderIds.filter((orderId) => !lines.has(orderId));
    if (missing.length === 0) return;
    const rows = await transaction.query<LineRow>(linesSql, [missing]);
    const byOrder = Map.groupBy(rows, ({ order_id }) => order_id);
    for (const orderId of missing) lines.set(orderId, (byOrder.get(orderId) ?? []).map(rowToLine));
  }

  /** Of these, the ones that hold stock as far as this transaction knows. */
  withStock(orderIds: readonly string[], transaction: SqlTransaction): string[] {
    const { known } = this.open(transaction);
    return orderIds.filter((orderId) => known.get(orderId)?.stockReserved);
  }
}

const linesOf = ({ order: { orderId }, lines }: NewOrder) =>
  lines.map((line, index) => ({ ...line, orderId, position: index + 1 }));

function rowToLine({ sku, quantity, unit_price_cents, image_s3_key }: LineRow): OrderLine {
  return {
    sku,
    quantity,
    unitPriceCents: Number(unit_price_cents),
    ...(image_s3_key !== null && { imageS3Key: image_s3_key }),
  };
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
    orders.map(({ cancelRequestedAt }) => cancelRequestedAt ?? null),
    orders.map(({ refundedAt }) => refundedAt ?? null),
  ]);
}
