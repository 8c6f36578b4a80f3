import { Controller } from '@nestjs/common';
import { PaymentQuote } from '@waybill/contracts';
import { type PayloadOf } from '@waybill/messaging';
import { AnswersRpc } from '@waybill/messaging-nest';
import { feeCents } from './quote.js';

/** Says what a payment would cost. Safe to be asked any number of times, or never: nothing is stored. */
@Controller()
export class QuotesController {
  @AnswersRpc(PaymentQuote)
  quote(asked: PayloadOf<typeof PaymentQuote.request>): PayloadOf<typeof PaymentQuote.reply> {
    return { ...asked, feeCents: feeCents(asked.totalCents) };
  }
}
