import { z } from 'zod';
import { defineContract } from '../define-contract.js';
import { amountInMinorUnits, currency, customerId, orderId } from '../fields.js';

const payment = { orderId, customerId, paymentId: z.uuid() };
const order = { orderId: '01a20e29-2240-7000-8ed0-d8d3114de73d', customerId: '42' };
const example = { ...order, paymentId: '01a20e29-2a10-7000-9c1b-5b7f0a1f9e55' };

/** Command: charge this order once. */
export const PaymentRequested = defineContract({
  type: 'payment.requested',
  version: 1,
  description: 'Command: charge this order once.',
  example: { ...order, amountCents: 2_354, currency: 'USD' },
  payload: z.object({ orderId, customerId, amountCents: amountInMinorUnits.min(1), currency }),
});

/** Command: make sure that this order can no longer be charged, or say that it was. */
export const CancelPayment = defineContract({
  type: 'payment.cancel',
  version: 1,
  description: 'Command: make sure that this order can no longer be charged, or say that it was.',
  example: { ...order, because: 'expired' },
  payload: z.object({ orderId, customerId, because: z.string() }),
});

/** Command: give back what this order was charged. */
export const RefundPayment = defineContract({
  type: 'payment.refund',
  version: 1,
  description: 'Command: give back what this order was charged.',
  example: { ...order, because: 'cancelled' },
  payload: z.object({ orderId, customerId, because: z.string() }),
});

export const PaymentCaptured = defineContract({
  type: 'payment.captured',
  version: 1,
  description: 'The money moved, once.',
  example: { ...example, amountCents: 2_354, currency: 'USD' },
  payload: z.object({ ...payment, amountCents: amountInMinorUnits, currency }),
});

export const PaymentDeclined = defineContract({
  type: 'payment.declined',
  version: 1,
  description: 'The provider said no; nothing was captured.',
  example: { ...example, because: 'card-declined' },
  payload: z.object({ ...payment, because: z.string() }),
});

/** Asked, and the provider has not said whether the money moved; it is asked again until it does. */
export const PaymentUnknown = defineContract({
  type: 'payment.unknown',
  version: 1,
  description:
    'Asked, and the provider has not said whether the money moved; it is asked again until it does.',
  example: { ...example, because: 'timeout' },
  payload: z.object({ ...payment, because: z.string() }),
});

/** The charge key is dead at the provider: nothing was captured and nothing can be. */
export const PaymentCancelled = defineContract({
  type: 'payment.cancelled',
  version: 1,
  description: 'The charge key is dead at the provider: nothing was captured and nothing can be.',
  example: { ...example, because: 'expired' },
  payload: z.object({ ...payment, because: z.string() }),
});

/** What was captured is given back, all of it. */
export const PaymentRefunded = defineContract({
  type: 'payment.refunded',
  version: 1,
  description: 'What was captured is given back, all of it.',
  example: { ...example, amountCents: 2_354, currency: 'USD', because: 'cancelled' },
  payload: z.object({ ...payment, amountCents: amountInMinorUnits, currency, because: z.string() }),
});
