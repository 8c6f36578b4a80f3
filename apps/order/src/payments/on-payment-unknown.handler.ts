import { PaymentUnknown, subscriptions } from '@waybill/contracts';
import type { Delivery, MessageHandler, Outcome } from '@waybill/messaging';
import { HandlesMessage } from '@waybill/messaging-nest';
import { CarryOut } from '../orders/carry-out.js';
import { paymentUnknown } from '../orders/order.js';

/** Shows why an order still waits. Safe twice: it says the same again, and a settled order stays as it is. */
@HandlesMessage(PaymentUnknown, { subscription: subscriptions.orderPayments })
export class OnPaymentUnknown implements MessageHandler<typeof PaymentUnknown> {
  constructor(private readonly carryOut: CarryOut) {}

  handle({ payload, transaction }: Delivery<typeof PaymentUnknown>): Promise<Outcome> {
    return this.carryOut.onOrder(payload.orderId, transaction, paymentUnknown);
  }
}
