import type { SqlTransaction } from '@waybill/messaging';
import type { History, Moment, Told } from '@waybill/outbox';
import type { Order } from '../orders/order.js';
import {
  createdEvent,
  notificationOf,
  paymentRequest,
  refundedEvent,
  settledEvent,
} from '../orders/order-messages.js';
import { orderColumns, rowToOrder, type OrderRow } from '../orders/order-row.js';
import { OrdersStore } from '../orders/orders.store.js';

const steps = { created: 0, requested: 1, settled: 2, refunded: 3 } as const;

/**
 * Events, whatever has become of the order since, and the one command that nobody would repeat: a charge that is still
 * waited for. `order.expire`, `payment.cancel` and `payment.refund` are repeated by the sweep (`SweepUnpaidOrders`).
 * No event comes before the one it followed from, however the clocks of two replicas differ.
 */
const momentsSql = `
  SELECT created_at AS at, order_id AS subject, ${steps.created} AS step FROM orders
  UNION ALL
  SELECT created_at, order_id, ${steps.requested} FROM orders
  WHERE status = 'PENDING' AND stock_reserved AND total_cents > 0
  UNION ALL
  SELECT greatest(settled_at, created_at), order_id, ${steps.settled} FROM orders WHERE settled_at IS NOT NULL
  UNION ALL
  SELECT greatest(refunded_at, settled_at, created_at), order_id, ${steps.refunded} FROM orders
  WHERE refunded_at IS NOT NULL`;

/** Of erased customers nobody knows any more with which address the order was announced. */
const ordersSql = `
  SELECT ${orderColumns}, customer_email IS NULL AND EXISTS (
    SELECT FROM erasures WHERE erasures.customer_id = orders.customer_id AND erased_at >= created_at) AS erased
  FROM orders WHERE order_id = ANY ($1::uuid[])`;

type Row = OrderRow & { readonly erased: boolean };

/** What this service has told of its orders. No lock: what has happened to an order does not change. */
export const orderHistory: History = {
  moments: momentsSql,
  tell: async (moments, transaction) => {
    const orderIds = [...new Set(moments.map(({ subject }) => subject))];
    const rows = await transaction.query<Row>(ordersSql, [orderIds]);
    const byId = new Map(rows.map((row) => [row.order_id, row]));
    const store = new OrdersStore();
    await store.readLines(orderIds, transaction);
    return Promise.all(moments.map((moment) => told(moment, byId.get(moment.subject)!, store, transaction)));
  },
};

async function told(
  { step }: Moment,
  row: Row,
  store: OrdersStore,
  transaction: SqlTransaction,
): Promise<Told> {
  const order = rowToOrder(row);
  if (step === steps.created && row.erased) return { messages: [], leftOut: 1 };
  const lines = await store.lines(order.orderId, transaction);
  return { messages: messagesOf(step, order, lines), leftOut: 0 };
}

function messagesOf(step: number, order: Order, lines: Awaited<ReturnType<OrdersStore['lines']>>) {
  switch (step) {
    case steps.created:
      return [createdEvent(order, lines)];
    case steps.requested:
      return [paymentRequest(order)];
    case steps.settled:
      return [settledEvent(order), ...(order.status === 'CONFIRMED' ? notificationOf(order, lines) : [])];
    default:
      return [refundedEvent(order)];
  }
}
