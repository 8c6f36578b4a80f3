import { deadLetter, done, retryLater, type Outcome } from '@waybill/messaging';
import type { Payment } from '../payments/payment.js';
import type { RefundAnswer } from '../psp/refund-answer.js';

/** As for charges: without limit, since nobody has said whether the money moved. */
const askAgainAfterMs = 30_000;

/** What becomes of a command whose payment is not there to be refunded. */
export function notRefundable(payment: Payment | undefined): Outcome {
  if (payment?.refundedAt) return done();
  if (payment && !payment.settledAt) return retryLater({ because: 'payment-open', spendsAttempt: false });
  return deadLetter(payment ? `payment is ${payment.state}` : 'payment-not-found');
}

/** What the provider's answer makes of the command. */
export function outcomeOf(answer: RefundAnswer): Outcome {
  switch (answer.kind) {
    case 'refunded':
      return done();
    case 'unknown':
      return retryLater({ because: 'refund-unknown', spendsAttempt: false, afterMs: askAgainAfterMs });
    case 'refused':
      return deadLetter(answer.because);
  }
}
