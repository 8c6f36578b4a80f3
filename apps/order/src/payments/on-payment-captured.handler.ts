import { PaymentCaptured, subscriptions } from '@waybill/contracts';
import type { Delivery, MessageHandler, Outcome, PayloadOf, SqlTransaction } from '@waybill/messaging';
import { HandlesMessage } from '@waybill/messaging-nest';
import { CarryOut } from '../orders/carry-out.js';
import { paymentCaptured } from '../orders/order.js';

/** Marks an order paid. Safe twice: a settled order stays as it is. */
@HandlesMessage(PaymentCaptured, { subscription: subscriptions.orderPayments })
export class OnPaymentCaptured implements MessageHandler<typeof PaymentCaptured> {
  constructor(private readonly carryOut: CarryOut) {}

  lookAhead(
    payloads: readonly PayloadOf<typeof PaymentCaptured>[],
    transaction: SqlTransaction,
  ): Promise<void> {
    return this.carryOut.lookAhead(payloads, transaction);
  }

  handle({ payload, transaction }: Delivery<typeof PaymentCaptured>): Promise<Outcome> {
    return this.carryOut.onOrder(payload.orderId, transaction, (order) => paymentCaptured(order, new Date()));
  }
}
