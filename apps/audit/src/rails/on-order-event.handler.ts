import { subscriptions } from '@waybill/contracts';
import {
  anyMessage,
  done,
  ignore,
  type Delivery,
  type MessageHandler,
  type Outcome,
} from '@waybill/messaging';
import { HandlesMessage } from '@waybill/messaging-nest';
import { isCompared, RailsStore, sightingOf } from './rails.store.js';

/** Notes that an order event came on the second rail. Safe twice: the first sighting stays. */
@HandlesMessage(anyMessage, { subscription: subscriptions.orderAuditQueue })
export class OnOrderEvent implements MessageHandler<typeof anyMessage> {
  constructor(private readonly rails: RailsStore) {}

  async handle(delivery: Delivery<typeof anyMessage>): Promise<Outcome> {
    if (!isCompared(delivery.envelope)) return ignore('not an order event');
    this.rails.sawOnRabbitmq(sightingOf(delivery, new Date()), delivery.transaction);
    return done();
  }
}
