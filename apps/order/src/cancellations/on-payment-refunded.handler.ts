import { PaymentRefunded, subscriptions } from '@waybill/contracts';
import type { Delivery, MessageHandler, Outcome, PayloadOf, SqlTransaction } from '@waybill/messaging';
import { HandlesMessage } from '@waybill/messaging-nest';
import { CarryOut } from '../orders/carry-out.js';
import { paymentRefunded } from './cancellation.js';

/** Takes the stock of a refunded order back. Safe twice: an order is given back once. */
@HandlesMessage(PaymentRefunded, { subscription: subscriptions.orderPayments })
export class OnPaymentRefunded implements MessageHandler<typeof PaymentRefunded> {
  constructor(private readonly carryOut: CarryOut) {}

  lookAhead(
    payloads: readonly PayloadOf<typeof PaymentRefunded>[],
    transaction: SqlTransaction,
  ): Promise<void> {
    return this.carryOut.lookAhead(payloads, transaction);
  }

  handle({ payload, transaction }: Delivery<typeof PaymentRefunded>): Promise<Outcome> {
    return this.carryOut.onOrder(
      payload.orderId,
      transaction,
      (order) => paymentRefunded(order, new Date()),
      'CONFIRMED',
    );
  }
}
