import { PaymentDeclined, subscriptions } from '@waybill/contracts';
import type { Delivery, MessageHandler, Outcome, PayloadOf, SqlTransaction } from '@waybill/messaging';
import { HandlesMessage } from '@waybill/messaging-nest';
import { CarryOut } from '../orders/carry-out.js';
import { paymentDeclined } from '../orders/order.js';

/** Rejects an order whose payment was declined. Safe twice: a settled order stays as it is. */
@HandlesMessage(PaymentDeclined, { subscription: subscriptions.orderPayments })
export class OnPaymentDeclined implements MessageHandler<typeof PaymentDeclined> {
  constructor(private readonly carryOut: CarryOut) {}

  lookAhead(
    payloads: readonly PayloadOf<typeof PaymentDeclined>[],
    transaction: SqlTransaction,
  ): Promise<void> {
    return this.carryOut.lookAhead(payloads, transaction);
  }

  handle({ payload, transaction }: Delivery<typeof PaymentDeclined>): Promise<Outcome> {
    return this.carryOut.onOrder(payload.orderId, transaction, (order) =>
      paymentDeclined(order, payload.because, new Date()),
    );
  }
}
