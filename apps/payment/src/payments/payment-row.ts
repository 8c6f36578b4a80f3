import type { Payment, PaymentState } from './payment.js';

/** A row of `payments` as the database hands it out. */
export interface PaymentRow {
  readonly order_id: string;
  readonly payment_id: string;
  readonly customer_id: string;
  readonly amount_cents: bigint | null;
  readonly currency: string | null;
  readonly state: PaymentState;
  readonly because: string | null;
  readonly cancel_because: string | null;
  readonly asks: number;
  readonly asked_since: Date;
  readonly settled_at: Date | null;
  readonly unknown_at: Date | null;
  readonly unknown_because: string | null;
  readonly refund_because: string | null;
  readonly refunded_at: Date | null;
}

/** The row's columns, spelled out: a prepared statement must not change its result when a migration adds a column. */
export const paymentColumns = `
  order_id, payment_id, customer_id, amount_cents, currency, state, because, cancel_because, asks, asked_since, settled_at,
  unknown_at, unknown_because, refund_because, refunded_at`;

export function rowToPayment(row: PaymentRow): Payment {
  return {
    orderId: row.order_id,
    paymentId: row.payment_id,
    customerId: row.customer_id,
    ...(row.amount_cents !== null && { amountCents: Number(row.amount_cents) }),
    ...(row.currency !== null && { currency: row.currency }),
    state: row.state,
    ...(row.because !== null && { because: row.because }),
    ...(row.cancel_because !== null && { cancelBecause: row.cancel_because }),
    asks: row.asks,
    askedSince: row.asked_since,
    ...(row.settled_at && { settledAt: row.settled_at }),
    ...(row.unknown_at && { unknownAt: row.unknown_at }),
    ...(row.unknown_because !== null && { unknownBecause: row.unknown_because }),
    ...(row.refund_because !== null && { refundBecause: row.refund_because }),
    ...(row.refunded_at && { refundedAt: row.refunded_at }),
  };
}

/** The payment as the API shows it. */
export function present({ askedSince, settledAt, unknownAt, refundedAt, ...payment }: Payment) {
  return {
    ...payment,
    askedSince: askedSince.toISOString(),
    ...(settledAt && { settledAt: settledAt.toISOString() }),
    ...(unknownAt && { unknownAt: unknownAt.toISOString() }),
    ...(refundedAt && { refundedAt: refundedAt.toISOString() }),
  };
}
