import { randomUUID } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import type { SqlTransaction } from '@waybill/messaging';
import { DATABASE, uuidV7, type PrismaDatabase } from '@waybill/service-kit';
import { claimPaymentSql } from './claim-payment.sql.js';
import { concludePaymentSql } from './conclude-payment.sql.js';
import { paymentColumns, rowToPayment, type PaymentRow } from './payment-row.js';
import type { ClaimedPayment, Command, Conclusion, Payment } from './payment.js';

const findPaymentSql = `SELECT ${paymentColumns} FROM payments WHERE order_id = $1::uuid`;

@Injectable()
export class PaymentsStore {
  constructor(@Inject(DATABASE) private readonly database: PrismaDatabase) {}

  /** The payment of the command's order, ours for `leaseMs`; nothing when it is not to be had (`claimPaymentSql`). */
  async claim(
    command: Command,
    leaseMs: number,
    transaction: SqlTransaction,
  ): Promise<ClaimedPayment | undefined> {
    const claimToken = randomUUID();
    const { orderId, customerId, amountCents, currency, because } = { ...nothingAsked, ...command };
    const [row] = await transaction.query<PaymentRow>(claimPaymentSql, [
      ...[orderId, uuidV7(), customerId, amountCents, currency, because],
      ...[claimToken, leaseMs],
    ]);
    return row && { ...rowToPayment(row), claimToken };
  }

  /** The payment as concluded; nothing when the claim is no longer ours. */
  async conclude(
    { orderId, claimToken }: ClaimedPayment,
    { state, because }: Conclusion,
    transaction: SqlTransaction,
  ): Promise<Payment | undefined> {
    const parameters = [orderId, claimToken, state, because ?? null];
    const [row] = await transaction.query<PaymentRow>(concludePaymentSql, parameters);
    return row && rowToPayment(row);
  }

  async find(
    orderId: string,
    within: Pick<SqlTransaction, 'query'> = this.database,
  ): Promise<Payment | undefined> {
    const [row] = await within.query<PaymentRow>(findPaymentSql, [orderId]);
    return row && rowToPayment(row);
  }
}

const nothingAsked = { amountCents: null, currency: null, because: null };
