import { deadLetter, done, retryLater, type Outcome } from '@waybill/messaging';
import type { PspAnswer } from '../psp/psp-answer.js';

/**
 * `asking`: somebody holds the claim and asks the provider. `unknown`: asked, and the money may or may not have moved.
 * The other three are final and are the provider's own word. All but `asking` are announced in the transaction that
 * writes them.
 *
 *   (none) ──claim──▶ asking ──answer──▶ captured | declined | cancelled
 *                      ▲  │
 *                claim │  ▼ no answer
 *                     unknown
 *
 * `asking` with an expired lease may be claimed as `unknown` may: its asker died, or stands still.
 */
export type PaymentState = 'asking' | 'unknown' | 'captured' | 'declined' | 'cancelled';

export interface Payment {
  readonly orderId: string;
  /** The provider's idempotency key: however often it is asked, the order is charged at most once. */
  readonly paymentId: string;
  readonly customerId: string;
  /** Absent, like the currency, until a charge is requested: a cancellation may come first. */
  readonly amountCents?: number;
  readonly currency?: string;
  readonly state: PaymentState;
  readonly because?: string;
  readonly cancelBecause?: string;
  /** How often the provider was asked, by a charge or a cancellation. */
  readonly asks: number;
  readonly askedSince: Date;
  readonly settledAt?: Date;
  /** When and why its outcome was first unknown. */
  readonly unknownAt?: Date;
  readonly unknownBecause?: string;
  /** Why somebody wants a captured payment given back. */
  readonly refundBecause?: string;
  /** The provider has said that it is given back; the payment stays captured. */
  readonly refundedAt?: Date;
}

/** What a command wants of a payment: money, or that there will never be any. */
export type Command =
  | {
      readonly orderId: string;
      readonly customerId: string;
      readonly amountCents: number;
      readonly currency: string;
    }
  | { readonly orderId: string; readonly customerId: string; readonly because: string };

/** A payment that this asker, and nobody else, may ask the provider about. */
export interface ClaimedPayment extends Payment {
  readonly claimToken: string;
}

/** What becomes of a command that could not claim its payment. */
export function notClaimed(payment: Payment, command: Command): Outcome {
  if ('amountCents' in command && asksForAnother(command, payment)) return deadLetter('amount-differs');
  return payment.settledAt ? done() : retryLater({ because: 'lease-held', spendsAttempt: false });
}

/** Without limit, since nobody has said that no money moved; the delay of its retry address is the pace. */
const askAgainAfterMs = 30_000;

/** What the provider's answer makes of the payment, and of the command that asked. */
export interface Conclusion {
  readonly state: Exclude<PaymentState, 'asking'>;
  readonly because?: string;
  readonly outcome: Outcome;
}

export function conclusionFrom(answer: PspAnswer): Conclusion {
  switch (answer.kind) {
    case 'captured':
    case 'cancelled':
      return { state: answer.kind, outcome: done() };
    case 'declined':
      return { state: 'declined', because: answer.because, outcome: done() };
    case 'unknown':
      return {
        ...unanswered(answer),
        outcome: retryLater({ because: 'payment-unknown', spendsAttempt: false, afterMs: askAgainAfterMs }),
      };
    case 'refused':
      return { ...unanswered(answer), outcome: deadLetter(answer.because) };
  }
}

/** Nobody has said that no money moved, so a refusal is as open as silence; only the command ends. */
function unanswered({ because }: { readonly because: string }): Pick<Conclusion, 'state' | 'because'> {
  return { state: 'unknown', because };
}

function asksForAnother(
  asked: { readonly amountCents: number; readonly currency: string },
  { amountCents, currency }: Payment,
): boolean {
  return amountCents !== undefined && (asked.amountCents !== amountCents || asked.currency !== currency);
}
