import type { History } from '@waybill/outbox';
import { refundedEvents, settledEvents, unknownEvents } from '../payments/payment-events.js';
import { paymentColumns, rowToPayment, type PaymentRow } from '../payments/payment-row.js';

const steps = [unknownEvents, settledEvents, refundedEvents];

/** No event comes before the one it followed from. */
const momentsSql = `
  SELECT unknown_at AS at, order_id AS subject, 0 AS step FROM payments WHERE unknown_at IS NOT NULL
  UNION ALL
  SELECT greatest(settled_at, unknown_at), order_id, 1 FROM payments WHERE settled_at IS NOT NULL
  UNION ALL
  SELECT greatest(refunded_at, settled_at), order_id, 2 FROM payments WHERE refunded_at IS NOT NULL`;

const paymentsSql = `SELECT ${paymentColumns} FROM payments WHERE order_id = ANY ($1::uuid[])`;

/** What this service has told of its payments. No lock: what has happened to a payment does not change. */
export const paymentHistory: History = {
  moments: momentsSql,
  tell: async (moments, transaction) => {
    const orderIds = [...new Set(moments.map(({ subject }) => subject))];
    const rows = await transaction.query<PaymentRow>(paymentsSql, [orderIds]);
    const byId = new Map(rows.map((row) => [row.order_id, rowToPayment(row)]));
    return moments.map(({ subject, step }) => ({ messages: steps[step]!(byId.get(subject)!), leftOut: 0 }));
  },
};
