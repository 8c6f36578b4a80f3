import { currency, customerEmail, customerId, quantity, sku } from '@waybill/contracts';
import { z } from 'zod';

/** Body of `POST /orders`. */
export const placeOrderBody = z.strictObject({
  customerId,
  customerEmail: customerEmail.optional(),
  lines: z.array(z.strictObject({ sku, quantity })).min(1).max(100),
  currency: currency.default('USD'),
  express: z.boolean().default(false),
});

export type PlaceOrderBody = z.output<typeof placeOrderBody>;

/** Largest order, in minor units: sums stay exact in a JavaScript number. */
export const largestTotal = 1_000_000_000_000;
