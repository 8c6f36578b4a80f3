import { PaymentRequested, subscriptions } from '@waybill/contracts';
import type { CallsOutside, Delivery, Outcome } from '@waybill/messaging';
import { HandlesMessage } from '@waybill/messaging-nest';
import type { PspAnswer } from '../psp/psp-answer.js';
import { PspClient } from '../psp/psp-client.js';
import { ClaimPayment } from './claim-payment.js';
import { ConcludePayment } from './conclude-payment.js';
import type { ClaimedPayment } from './payment.js';

/** Charges an order. Safe twice: a final payment is not asked about, and the provider knows the key of an open one. */
@HandlesMessage(PaymentRequested, { subscription: subscriptions.paymentQueue })
export class OnPaymentRequested implements CallsOutside<typeof PaymentRequested, ClaimedPayment, PspAnswer> {
  constructor(
    private readonly claims: ClaimPayment,
    private readonly psp: PspClient,
    private readonly conclusions: ConcludePayment,
  ) {}

  prepare({ payload, transaction }: Delivery<typeof PaymentRequested>) {
    return this.claims.claim(payload, transaction);
  }

  call(payment: ClaimedPayment): Promise<PspAnswer> {
    return this.psp.charge(payment);
  }

  conclude(
    payment: ClaimedPayment,
    answer: PspAnswer,
    { transaction }: Delivery<typeof PaymentRequested>,
  ): Promise<Outcome> {
    return this.conclusions.conclude(payment, answer, transaction);
  }
}
