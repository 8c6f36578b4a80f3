import { Inject, Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { addresses, StorefrontActivity } from '@waybill/contracts';
import { traceHeaders, writeEnvelope, type OutgoingMessage, type PayloadOf } from '@waybill/messaging';
import { uuidV7 } from '@waybill/service-kit';

export const ACTIVITY_PUBLISHER = Symbol('activity publisher');

/** Returns at once, and counts what it loses. */
export interface ActivityPublisher {
  publish(outgoing: OutgoingMessage): void;
  close(): Promise<void>;
}

/** Tells what somebody does in the shop, past the outbox: it may be lost, so no customer waits for it (docs/adr/0020). */
@Injectable()
export class PublishActivity implements OnApplicationShutdown {
  constructor(@Inject(ACTIVITY_PUBLISHER) private readonly publisher: ActivityPublisher) {}

  publish(activity: PayloadOf<typeof StorefrontActivity>): void {
    const { type, dataschema } = StorefrontActivity;
    const attributes = writeEnvelope({
      id: uuidV7(),
      type,
      source: '/waybill/order',
      subject: activity.customerId,
      time: new Date().toISOString(),
      dataschema,
      sequence: 0, // numbers are drawn in the outbox
      ...traceHeaders(),
    });
    const body = StorefrontActivity.encode(activity);
    const message = { key: activity.customerId, attributes, headers: {}, body };
    this.publisher.publish({ address: addresses.storefrontActivity, message });
  }

  onApplicationShutdown(): Promise<void> {
    return this.publisher.close();
  }
}
