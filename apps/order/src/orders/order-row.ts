import { cancellationOf } from '../cancellations/cancellation.js';
import type { Order, OrderStatus } from './order.js';

/** A row of `orders` as the database hands it out. */
export interface OrderRow {
  readonly order_id: string;
  readonly customer_id: string;
  readonly customer_email: string | null;
  readonly status: OrderStatus;
  readonly reason: string | null;
  readonly total_cents: bigint;
  readonly currency: string;
  readonly express: boolean;
  readonly stock_reserved: boolean;
  readonly created_at: Date;
  readonly settled_at: Date | null;
  readonly cancel_requested_at: Date | null;
  readonly refunded_at: Date | null;
}

/** The row's columns, spelled out: a prepared statement must not change its result when a migration adds a column. */
export const orderColumns = `
  order_id, customer_id, customer_email, status, reason, total_cents, currency, express, stock_reserved, created_at, settled_at,
  cancel_requested_at, refunded_at`;

export function rowToOrder(row: OrderRow): Order {
  return {
    orderId: row.order_id,
    customerId: row.customer_id,
    ...(row.customer_email !== null && { customerEmail: row.customer_email }),
    status: row.status,
    ...(row.reason !== null && { reason: row.reason }),
    totalCents: Number(row.total_cents),
    currency: row.currency,
    express: row.express,
    stockReserved: row.stock_reserved,
    createdAt: row.created_at,
    ...(row.settled_at && { settledAt: row.settled_at }),
    ...(row.cancel_requested_at && { cancelRequestedAt: row.cancel_requested_at }),
    ...(row.refunded_at && { refundedAt: row.refunded_at }),
  };
}

/** The order as the API shows it. */
export function present(order: Order) {
  const { orderId, customerId, status, reason, totalCents, currency, createdAt, settledAt } = order;
  return {
    orderId,
    customerId,
    status,
    ...(reason && { reason }),
    totalCents,
    currency,
    createdAt: createdAt.toISOString(),
    ...(settledAt && { settledAt: settledAt.toISOString() }),
    ...(order.cancelRequestedAt && { cancellation: cancellationOf(order) }),
  };
}
