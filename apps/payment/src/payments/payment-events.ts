import { PaymentCancelled, PaymentCaptured, PaymentDeclined, PaymentUnknown } from '@waybill/contracts';
import type { Contract, PayloadOf } from '@waybill/messaging';
import type { NewMessage } from '@waybill/outbox';
import type { Payment } from './payment.js';

/** The one event of the state that a payment has got to; none while somebody asks. */
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
    case 'unknown':
      return [event(PaymentUnknown, payment, { ...ids, because: because ?? 'unknown' })];
    case 'asking':
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
