import { z } from 'zod';
import { defineContract } from '../define-contract.js';
import { amountInMinorUnits, currency, customerEmail, customerId, orderId } from '../fields.js';
import { defaultBodyLimits } from '../read-json.js';
import { personal } from '../schemas/personal.js';

const s3Key = z.string().min(1).max(1_024);

/** How `invoice` travels once the relay has put it into the claim store; these and `invoice` exclude each other. */
const claimedInvoice = {
  invoice_s3_key: s3Key.optional(),
  invoice_sha256: z
    .string()
    .regex(/^[0-9a-f]{64}$/, 'must be a sha-256 in hex')
    .optional(),
  invoice_bytes: z.int().min(0).optional(),
  invoice_encoding: z.enum(['identity', 'gzip']).optional(),
};

/** The customer is to hear that the order is confirmed; the invoice, a page of HTML, goes with the mail. */
export const NotificationRequested = defineContract({
  type: 'notification.requested',
  version: 1,
  limits: { ...defaultBodyLimits, writtenBytes: 16 * 1024 * 1024 },
  description:
    'The customer is to hear that the order is confirmed; the invoice, a page of HTML, goes with the mail.',
  example: {
    orderId: '01a20e29-2240-7000-8ed0-d8d3114de73d',
    customerId: '42',
    customerEmail: 'customer-42@example.com',
    totalCents: 2_354,
    currency: 'USD',
    invoice: '<!doctype html><title>Invoice</title>',
    image_s3_keys: [],
  },
  payload: z
    .object({
      orderId,
      customerId,
      customerEmail,
      totalCents: amountInMinorUnits,
      currency,
      invoice: personal(z.string()).optional(),
      ...claimedInvoice,
      /** Images to show beside the lines, at most `images.mostInAMail`; the invoice names each by `contentIdOf`. */
      image_s3_keys: z.array(s3Key).default([]),
    })
    .refine(
      ({ invoice, invoice_s3_key, invoice_sha256, invoice_bytes }) =>
        invoice_s3_key === undefined
          ? invoice !== undefined
          : invoice === undefined && invoice_sha256 !== undefined && invoice_bytes !== undefined,
      {
        path: ['invoice'],
        message: 'must be there, or in its stead invoice_s3_key with invoice_sha256 and invoice_bytes',
      },
    ),
});
