import { subscriptions } from '@waybill/contracts';
import { anyMessage, done, type Delivery, type MessageHandler, type Outcome } from '@waybill/messaging';
import { HandlesMessage } from '@waybill/messaging-nest';
import { isCompared, RailsStore, sightingOf } from '../rails/rails.store.js';
import { ChainStore } from './chain.store.js';
import { entryOf } from './entry.js';

/** Chains every event as it came, whatever its type. Safe twice: the log takes each message id once. */
@HandlesMessage(anyMessage, { subscription: subscriptions.auditEvents })
export class OnAuditedEvent implements MessageHandler<typeof anyMessage> {
  constructor(
    private readonly chain: ChainStore,
    private readonly rails: RailsStore,
  ) {}

  async handle(delivery: Delivery<typeof anyMessage>): Promise<Outcome> {
    const { transaction } = delivery;
    const now = new Date();
    this.chain.append(entryOf(delivery, now), transaction);
    if (isCompared(delivery.envelope)) this.rails.sawOnKafka(sightingOf(delivery, now), transaction);
    return done();
  }
}
