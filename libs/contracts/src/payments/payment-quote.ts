import { z } from 'zod';
import { defineContract } from '../define-contract.js';
import { amountInMinorUnits, customerId } from '../fields.js';
import { addresses } from '../topology/addresses.js';

/** What a payment would cost; also the body of `POST /quotes`. */
export const quoteRequest = z.strictObject({ customerId, totalCents: amountInMinorUnits });

/** Question and answer: asking changes nothing, so that it may be asked again or be lost. */
export const PaymentQuote = {
  queue: addresses.paymentQuote,
  /** Of the caller's patience; what lies in the queue for as long is dropped. */
  limitMs: 2_000,
  request: defineContract({
    type: 'payment.quote',
    version: 1,
    description: 'Question: what would a payment of this much cost?',
    example: { customerId: '42', totalCents: 2_354 },
    payload: quoteRequest,
  }),
  reply: defineContract({
    type: 'payment.quoted',
    version: 1,
    description: 'Answer: the fee of such a payment.',
    example: { customerId: '42', totalCents: 2_354, feeCents: 36 },
    payload: z.object({ customerId, totalCents: amountInMinorUnits, feeCents: amountInMinorUnits }),
  }),
};
