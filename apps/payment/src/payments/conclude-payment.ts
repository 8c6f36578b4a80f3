import { Injectable } from '@nestjs/common';
import { retryLater, type Outcome, type SqlTransaction } from '@waybill/messaging';
import { Outbox } from '@waybill/outbox';
import type { PspAnswer } from '../psp/psp-answer.js';
import { settledEvents, unknownEvents } from './payment-events.js';
import { conclusionFrom, type ClaimedPayment } from './payment.js';
import { PaymentsStore } from './payments.store.js';

/** Writes down what the provider said and announces it, an unknown outcome only once: one commit, under the claim's token. */
@Injectable()
export class ConcludePayment {
  constructor(
    private readonly payments: PaymentsStore,
    private readonly outbox: Outbox,
  ) {}

  async conclude(claimed: ClaimedPayment, answer: PspAnswer, transaction: SqlTransaction): Promise<Outcome> {
    const conclusion = conclusionFrom(answer);
    const payment = await this.payments.conclude(claimed, conclusion, transaction);
    if (!payment) return retryLater({ because: 'taken-over', spendsAttempt: false });

    const unknown = claimed.unknownAt ? [] : unknownEvents(payment);
    await this.outbox.add([...unknown, ...settledEvents(payment)], transaction);
    return conclusion.outcome;
  }
}
