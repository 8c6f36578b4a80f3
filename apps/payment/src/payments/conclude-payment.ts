import { Injectable } from '@nestjs/common';
import { retryLater, type Outcome, type SqlTransaction } from '@waybill/messaging';
import { Outbox } from '@waybill/outbox';
import type { PspAnswer } from '../psp/psp-answer.js';
import { eventsOf } from './payment-events.js';
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

    const knownToBeUnknown = payment.state === 'unknown' && claimed.because !== undefined;
    if (!knownToBeUnknown) await this.outbox.add(eventsOf(payment), transaction);
    return conclusion.outcome;
  }
}
