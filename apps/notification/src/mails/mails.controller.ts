import { Controller, Get, Param } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { orderId } from '@waybill/contracts';
import { MailsStore } from './mails.store.js';

@ApiTags('mails')
@Controller('mails')
export class MailsController {
  constructor(private readonly mails: MailsStore) {}

  /** What was sent about an order; an empty list when nothing was, yet. */
  @Get(':orderId')
  async ofOrder(@Param('orderId', { schema: orderId }) id: string) {
    const mails = await this.mails.ofOrder(id);
    return { orderId: id, mails: mails.map((mail) => ({ ...mail, sentAt: mail.sentAt.toISOString() })) };
  }
}
