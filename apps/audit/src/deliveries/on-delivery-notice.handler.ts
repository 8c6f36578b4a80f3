import { subscriptions } from '@waybill/contracts';
import { anyMessage, done, type Delivery, type MessageHandler, type Outcome } from '@waybill/messaging';
import { HandlesMessage } from '@waybill/messaging-nest';
import { DeliveryNoticesStore } from './delivery-notices.store.js';
import { readNotice } from './read-notice.js';

/**
 * Records what consumers tell about messages that did not go straight through. Safe twice: a notice is kept under its
 * own id. Takes any bytes, since a reader of `deliveries` that failed could tell nobody.
 */
@HandlesMessage(anyMessage, { subscription: subscriptions.auditDeliveries })
export class OnDeliveryNotice implements MessageHandler<typeof anyMessage> {
  constructor(private readonly notices: DeliveryNoticesStore) {}

  async handle({ envelope, message, transaction }: Delivery<typeof anyMessage>): Promise<Outcome> {
    this.notices.add(readNotice(envelope, message), transaction);
    return done();
  }
}
