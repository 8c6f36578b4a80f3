import { z } from 'zod';
import { defineContract } from '../define-contract.js';
import { amountInMinorUnits, currency, instant } from '../fields.js';

/**
 * How much more was sold, by minute. Records are increments: whoever adds all of them up, reading `read_committed`, has
 * counted every confirmed order once. `next` tells how far `partition` of `order-events` was read for it.
 */
export const SalesCounted = defineContract({
  type: 'sales.counted',
  version: 1,
  description:
    'How many more orders were confirmed, by minute and currency: everything of that partition of `order-events` before `next`, after the record before it.',
  payload: z.object({
    partition: z.int().min(0),
    next: z.int().min(1),
    minutes: z
      .array(z.object({ minute: instant, currency, orders: z.int().min(1), cents: amountInMinorUnits }))
      .min(1),
  }),
  example: {
    partition: 3,
    next: 1_200,
    minutes: [{ minute: '2026-01-02T03:04:00.000Z', currency: 'USD', orders: 12, cents: 28_248 }],
  },
});
