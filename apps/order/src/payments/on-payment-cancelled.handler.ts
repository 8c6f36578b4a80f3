import { PaymentCancelled, subscriptions } from '@waybill/contracts';
import type { Delivery, MessageHandler, Outcome, PayloadOf, SqlTransaction } from '@waybill/messaging';
import { HandlesMessage } from '@waybill/messaging-nest';
import { CarryOut } from '../orders/carry-out.js';
import { paymentCancelled } from '../orders/order.js';

/** Expires an order that can no longer be charged. Safe twice: a settled order stays as it is. */
@HandlesMessage(PaymentCancelled, { subscription: subscriptions.orderPayments })
export class OnPaymentCancelled implements MessageHandler<typeof PaymentCancelled> {
  constructor(private readonly carryOut: CarryOut) {}

  lookAhead(
    payloads: readonly PayloadOf<typeof PaymentCancelled>[],
    transaction: SqlTransaction,
  ): Promise<void> {
    return this.carryOut.lookAhead(payloads, transaction);
  }

  handle({ payload, transaction }: Delivery<typeof PaymentCancelled>): Promise<Outcome> {
    return this.carryOut.onOrder(payload.orderId, transaction, (order) =>
      paymentCancelled(order, payload.because, new Date()),
    );
  }
}
