import { BadRequestException, Controller, Get, Inject, NotFoundException, Param } from '@nestjs/common';
import { findDelivery, type DeliveryState } from '@waybill/messaging';
import { MESSAGING_OPTIONS, type MessagingOptions } from './messaging.options.js';

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** How one message stands with one of this service's subscriptions. */
@Controller('deliveries')
export class DeliveriesController {
  constructor(@Inject(MESSAGING_OPTIONS) private readonly options: MessagingOptions) {}

  @Get(':subscription/:messageId')
  find(
    @Param('subscription') subscription: string,
    @Param('messageId') messageId: string,
  ): Promise<DeliveryState> {
    this.refuseStranger(subscription);
    refuseMalformed(messageId);
    return findDelivery(subscription, messageId, this.options);
  }

  private refuseStranger(subscription: string): void {
    const names = this.options.subscriptions.map(({ name }) => name);
    if (!names.includes(subscription))
      throw new NotFoundException(`This service has no such subscription; it has ${names.join(', ')}.`);
  }
}

/** `errors` is what the service's problem answer shows; this library does not know how services word theirs. */
function refuseMalformed(messageId: string): void {
  if (uuid.test(messageId)) return;
  const message = 'Message ids are UUIDs.';
  const errors = [{ field: 'messageId', rule: 'invalid_format', message }];
  throw new BadRequestException({ message, errors });
}
