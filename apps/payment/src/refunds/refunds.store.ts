import { Injectable } from '@nestjs/common';
import type { SqlTransaction } from '@waybill/messaging';
import { paymentColumns, rowToPayment, type PaymentRow } from '../payments/payment-row.js';
import type { Payment } from '../payments/payment.js';

/** The intent, kept before the provider is asked. No row comes back unless the payment is captured and not refunded. */
const wantRefundSql = `
  UPDATE payments SET
    refund_because = coalesce(refund_because, $2), refund_asked_since = coalesce(refund_asked_since, clock_timestamp())
  WHERE order_id = $1::uuid AND state = 'captured' AND refunded_at IS NULL
  RETURNING ${paymentColumns}`;

/** Of all who were told, one changes the row, and announces it. */
const refundedSql = `
  UPDATE payments SET refunded_at = clock_timestamp() WHERE order_id = $1::uuid AND refunded_at IS NULL
  RETURNING ${paymentColumns}`;

@Injectable()
export class RefundsStore {
  async want(orderId: string, because: string, transaction: SqlTransaction): Promise<Payment | undefined> {
    const [row] = await transaction.query<PaymentRow>(wantRefundSql, [orderId, because]);
    return row && rowToPayment(row);
  }

  /** The payment as refunded; nothing when somebody else has written it down before. */
  async refunded(orderId: string, transaction: SqlTransaction): Promise<Payment | undefined> {
    const [row] = await transaction.query<PaymentRow>(refundedSql, [orderId]);
    return row && rowToPayment(row);
  }
}
