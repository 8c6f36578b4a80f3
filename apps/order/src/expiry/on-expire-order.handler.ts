import { ExpireOrder, subscriptions } from '@waybill/contracts';
import type { Delivery, MessageHandler, Outcome } from '@waybill/messaging';
import { HandlesMessage } from '@waybill/messaging-nest';
import { CarryOut } from '../orders/carry-out.js';
import { timeIsUp } from '../orders/order.js';

/** Asks payment to cancel an order that is still unpaid after 15 minutes. Safe twice: payment answers a repeat alike. */
@HandlesMessage(ExpireOrder, { subscription: subscriptions.orderExpiry })
export class OnExpireOrder implements MessageHandler<typeof ExpireOrder> {
  constructor(private readonly carryOut: CarryOut) {}

  handle({ payload, transaction }: Delivery<typeof ExpireOrder>): Promise<Outcome> {
    return this.carryOut.onOrder(payload.orderId, transaction, timeIsUp);
  }
}
