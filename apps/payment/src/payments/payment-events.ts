import { PaymentCancelled, PaymentCaptured, PaymentDeclined } from '@waybill/contracts';
import type { Contract, PayloadOf } from '@waybill/messaging';
import type { NewMessage } from '@waybill/outbox';
import type { Payment } from './payment.js';

/** The one event of a payment's final state; none while it has not got there. */
export function eventsOf(payment: Payment): NewMessage[] {
  const { orderId, customerId, paymentId, amountCents, currency, because, cancelBecause } = payment;
  const ids = { orderId, customerId, paymentId };
  switch (payment.state) {
    case 'captured':
      return [event(PaymentCaptured, payment, { ...ids, amountCents: amountCents!, currency: currency! })];
    case 'declined':
      return [event(PaymentDeclined, payment, { ...ids, because: because ?? 'declined' })];
    case 'cancelled':
      return [event(PaymentCancelled, payment, { ...ids, because: cancelBecause ?? 'cancelled-at-psp' })];
    case 'asking':
    case 'unknown':
      return [];
  }
}

/** Keyed by customer: a customer's events keep their order. */
function event<C extends Contract>(
  contract: C,
  { orderId, customerId }: Payment,
  payload: PayloadOf<C>,
): NewMessage {
  return { contract, key: customerId, subject: orderId, payload };
}
