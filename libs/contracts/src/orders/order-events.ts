import { z } from 'zod';
import { defineContract } from '../define-contract.js';
import { amountInMinorUnits, currency, customerId, instant, orderId, quantity, sku } from '../fields.js';

const order = { orderId, customerId };

export const orderLine = z.object({ sku, quantity, unitPriceCents: amountInMinorUnits });

/** An order was accepted; nothing is reserved or paid yet. */
export const OrderCreated = defineContract({
  type: 'order.created',
  version: 1,
  payload: z.object({
    ...order,
    lines: z.array(orderLine).min(1),
    totalCents: amountInMinorUnits,
    currency,
    express: z.boolean(),
    createdAt: instant,
  }),
});

/** Paid (or free) and final: the reserved stock has left the shelf. */
export const OrderConfirmed = defineContract({
  type: 'order.confirmed',
  version: 1,
  payload: z.object({ ...order, totalCents: amountInMinorUnits, currency, settledAt: instant }),
});

/** Final without money: out of stock, or the payment was declined. */
export const OrderRejected = defineContract({
  type: 'order.rejected',
  version: 1,
  payload: z.object({ ...order, reason: z.string(), settledAt: instant }),
});

/** Final without money: nobody paid in time, and the payment can no longer be captured. */
export const OrderExpired = defineContract({
  type: 'order.expired',
  version: 1,
  payload: z.object({ ...order, reason: z.string(), settledAt: instant }),
});

/** A confirmed order was cancelled: its money (if any) is given back, its stock is on the shelf again. */
export const OrderRefunded = defineContract({
  type: 'order.refunded',
  version: 1,
  payload: z.object({ ...order, totalCents: amountInMinorUnits, currency, refundedAt: instant }),
});

/** Command to the order service itself, after the wait queue's 15 minutes: ask whether the order is still unpaid. */
export const ExpireOrder = defineContract({ type: 'order.expire', version: 1, payload: z.object(order) });
