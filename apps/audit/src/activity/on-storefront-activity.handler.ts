import { StorefrontActivity, subscriptions } from '@waybill/contracts';
import { done, type Delivery, type MessageHandler, type Outcome } from '@waybill/messaging';
import { HandlesMessage } from '@waybill/messaging-nest';
import { ActivityStore } from './activity.store.js';

/** Counts what was done in the shop. Not safe twice, and never run twice: its subscription delivers at most once. */
@HandlesMessage(StorefrontActivity, { subscription: subscriptions.activity })
export class OnStorefrontActivity implements MessageHandler<typeof StorefrontActivity> {
  constructor(private readonly activity: ActivityStore) {}

  async handle({ payload, envelope, transaction }: Delivery<typeof StorefrontActivity>): Promise<Outcome> {
    const { kind, sku = '' } = payload;
    this.activity.count({ at: new Date(envelope.time), kind, sku }, transaction);
    return done();
  }
}
