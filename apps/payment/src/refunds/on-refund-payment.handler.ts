import { RefundPayment, subscriptions } from '@waybill/contracts';
import type { CallsOutside, Delivery, Outcome } from '@waybill/messaging';
import { HandlesMessage } from '@waybill/messaging-nest';
import { Outbox } from '@waybill/outbox';
import { refundedEvents } from '../payments/payment-events.js';
import type { Payment } from '../payments/payment.js';
import { PaymentsStore } from '../payments/payments.store.js';
import { PspClient } from '../psp/psp-client.js';
import type { RefundAnswer } from '../psp/refund-answer.js';
import { notRefundable, outcomeOf } from './refund.js';
import { RefundsStore } from './refunds.store.js';

/**
 * Gives a captured payment back. Safe twice: the provider refunds a key once, and one of all who are told so writes it
 * down and announces it. That needs no claim, unlike a charge: whoever asks, there is only one answer to hear.
 */
@HandlesMessage(RefundPayment, { subscription: subscriptions.paymentQueue })
export class OnRefundPayment implements CallsOutside<typeof RefundPayment, Payment, RefundAnswer> {
  constructor(
    private readonly refunds: RefundsStore,
    private readonly payments: PaymentsStore,
    private readonly psp: PspClient,
    private readonly outbox: Outbox,
  ) {}

  async prepare({ payload, transaction }: Delivery<typeof RefundPayment>) {
    const payment = await this.refunds.want(payload.orderId, payload.because, transaction);
    return payment
      ? { call: payment }
      : notRefundable(await this.payments.find(payload.orderId, transaction));
  }

  call(payment: Payment): Promise<RefundAnswer> {
    return this.psp.refund(payment);
  }

  async conclude(
    { orderId }: Payment,
    answer: RefundAnswer,
    { transaction }: Delivery<typeof RefundPayment>,
  ): Promise<Outcome> {
    const refunded =
      answer.kind === 'refunded' ? await this.refunds.refunded(orderId, transaction) : undefined;
    if (refunded) await this.outbox.add(refundedEvents(refunded), transaction);
    return outcomeOf(answer);
  }
}
