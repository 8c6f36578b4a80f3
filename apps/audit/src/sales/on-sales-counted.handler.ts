import { Inject } from '@nestjs/common';
import { SalesCounted, subscriptions } from '@waybill/contracts';
import {
  anyMessage,
  done,
  ignore,
  UndecodableError,
  type Delivery,
  type MessageHandler,
  type MessagingEvents,
  type Outcome,
} from '@waybill/messaging';
import { HandlesMessage } from '@waybill/messaging-nest';
import { SalesStore } from './sales.store.js';

export const MESSAGING_EVENTS = Symbol('messaging events');

/**
 * Adds up what the lane has counted. Safe twice: each record says how far it counts. What cannot be read is told and passed
 * over, as by the lane: a terminal reader would stand still at it for ever.
 */
@HandlesMessage(anyMessage, { subscription: subscriptions.sales })
export class OnSalesCounted implements MessageHandler<typeof anyMessage> {
  constructor(
    private readonly sales: SalesStore,
    @Inject(MESSAGING_EVENTS) private readonly events: MessagingEvents,
  ) {}

  async handle(delivery: Delivery<typeof anyMessage>): Promise<Outcome> {
    const counted = read(delivery);
    if (counted instanceof UndecodableError) return this.passOver(delivery, counted);
    await this.sales.add(counted, delivery.transaction);
    return done();
  }

  private passOver({ origin, envelope }: Delivery, { message: because }: UndecodableError): Outcome {
    const { name: subscription, broker } = subscriptions.sales;
    this.events.emit({ kind: 'passedOver', broker, subscription, origin, envelope, because });
    return ignore(because);
  }
}

function read({ envelope, message }: Delivery<typeof anyMessage>) {
  try {
    if (envelope.type === SalesCounted.type) return SalesCounted.decode(message);
    return new UndecodableError(`no sales are counted by "${envelope.type.slice(0, 80)}"`);
  } catch (error) {
    if (error instanceof UndecodableError) return error;
    throw error;
  }
}
