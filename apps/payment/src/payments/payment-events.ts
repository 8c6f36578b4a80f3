import {
  PaymentCancelled,
  PaymentCaptured,
  PaymentDeclined,
  PaymentRefunded,
  PaymentUnknown,
} from '@waybill/contracts';
import type { Contract, PayloadOf } from '@waybill/messaging';
import { derivedId, type NewMessage } from '@waybill/outbox';
import type { Payment } from './payment.js';

/*
 * Each comes at most once in a payment's life, from the payment as it is stored and from nothing else: told again years
 * later, it is the same message, id and bytes (ADR 0028).
 */

/** How it ended; nothing while it has not. */
export function settledEvents(payment: Payment): NewMessage[] {
  const { amountCents, currency, because, cancelBecause, settledAt } = payment;
  switch (payment.state) {
    case 'captured':
      return [event(PaymentCaptured, payment, { amountCents: amountCents!, currency: currency! }, settledAt)];
    case 'declined':
      return [event(PaymentDeclined, payment, { because: because ?? 'declined' }, settledAt)];
    case 'cancelled':
      return [event(PaymentCancelled, payment, { because: cancelBecause ?? 'cancelled-at-psp' }, settledAt)];
    case 'unknown':
    case 'asking':
      return [];
  }
}

/** That its outcome is, or was, unknown; nothing when it never was. */
export function unknownEvents(payment: Payment): NewMessage[] {
  const { unknownAt, unknownBecause: because } = payment;
  return unknownAt ? [event(PaymentUnknown, payment, { because: because! }, unknownAt)] : [];
}

/** That it was given back; nothing when it was not. */
export function refundedEvents(payment: Payment): NewMessage[] {
  const { amountCents, currency, refundBecause, refundedAt } = payment;
  if (!refundedAt) return [];
  const given = { amountCents: amountCents!, currency: currency!, because: refundBecause! };
  return [event(PaymentRefunded, payment, given, refundedAt)];
}

type Ids = 'orderId' | 'customerId' | 'paymentId';

/** Keyed by customer: a customer's events keep their order. */
function event<C extends Contract>(
  contract: C,
  { orderId, customerId, paymentId }: Payment,
  facts: Omit<PayloadOf<C>, Ids>,
  time: Date | undefined,
): NewMessage {
  const payload = { orderId, customerId, paymentId, ...facts };
  const id = derivedId(orderId, contract);
  return { contract, key: customerId, subject: orderId, payload, id, ...(time && { time }) };
}
