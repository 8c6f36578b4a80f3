import { CancelPayment, subscriptions } from '@waybill/contracts';
import type { CallsOutside, Delivery, Outcome } from '@waybill/messaging';
import { HandlesMessage } from '@waybill/messaging-nest';
import type { PspAnswer } from '../psp/psp-answer.js';
import { PspClient } from '../psp/psp-client.js';
import { ClaimPayment } from './claim-payment.js';
import { ConcludePayment } from './conclude-payment.js';
import type { ClaimedPayment } from './payment.js';

/**
 * Makes sure that an order can no longer be charged, or learns that it was. Safe twice, and safe before the request:
 * the key it kills is the one that a later charge would use.
 */
@HandlesMessage(CancelPayment, { subscription: subscriptions.paymentQueue })
export class OnCancelPayment implements CallsOutside<typeof CancelPayment, ClaimedPayment, PspAnswer> {
  constructor(
    private readonly claims: ClaimPayment,
    private readonly psp: PspClient,
    private readonly conclusions: ConcludePayment,
  ) {}

  prepare({ payload, transaction }: Delivery<typeof CancelPayment>) {
    return this.claims.claim(payload, transaction);
  }

  call(payment: ClaimedPayment): Promise<PspAnswer> {
    return this.psp.cancel(payment);
  }

  conclude(
    payment: ClaimedPayment,
    answer: PspAnswer,
    { transaction }: Delivery<typeof CancelPayment>,
  ): Promise<Outcome> {
    return this.conclusions.conclude(payment, answer, transaction);
  }
}
