import { z } from 'zod';
import { defineContract } from '../define-contract.js';
import { customerId, sku } from '../fields.js';

/** What somebody did in the shop. Sent without asking for an answer: it may be lost, and counts once at most. */
export const StorefrontActivity = defineContract({
  type: 'storefront.activity',
  version: 1,
  description: 'What somebody did in the shop. It may be lost, and counts once at most.',
  payload: z.object({
    customerId,
    kind: z.enum(['viewed', 'searched', 'added-to-cart']),
    /** Absent where it was about no product. */
    sku: sku.optional(),
  }),
  example: { customerId: '42', kind: 'viewed', sku: 'CD-1177' },
});
