import { z } from 'zod';
import { defineContract, earlier } from '../define-contract.js';
import {
  amountInMinorUnits,
  currency,
  customerEmail,
  customerId,
  instant,
  orderId,
  quantity,
  sku,
} from '../fields.js';

const order = { orderId, customerId };
const example = { orderId: '01a20e29-2240-7000-8ed0-d8d3114de73d', customerId: '42' };
const settledAt = '2026-01-02T03:04:09.000Z';

export const orderLine = z.object({ sku, quantity, unitPriceCents: amountInMinorUnits });

const orderCreatedV1 = z.object({
  ...order,
  lines: z.array(orderLine).min(1),
  totalCents: amountInMinorUnits,
  currency,
  express: z.boolean(),
  createdAt: instant,
});

const orderCreatedV2 = z.object({
  ...order,
  /** Where the customer is to be written to; null when they did not say. */
  customerEmail: customerEmail.nullable(),
  lines: z.array(orderLine).min(1),
  totalCents: amountInMinorUnits,
  currency,
  /** A name, because a shop that delivers in two ways will deliver in three. */
  delivery: z.enum(['standard', 'express']),
  createdAt: instant,
});

/** An order was accepted; nothing is reserved or paid yet. */
export const OrderCreated = defineContract({
  type: 'order.created',
  version: 2,
  description: 'An order was accepted; nothing is reserved or paid yet.',
  payload: orderCreatedV2,
  earlier: [
    earlier(orderCreatedV1, orderCreatedV2, ({ express, ...same }) => ({
      ...same,
      customerEmail: null,
      delivery: express ? ('express' as const) : ('standard' as const),
    })),
  ],
  example: {
    ...example,
    customerEmail: 'customer-42@example.com',
    lines: [{ sku: 'CD-1177', quantity: 2, unitPriceCents: 1_177 }],
    totalCents: 2_354,
    currency: 'USD',
    delivery: 'standard',
    createdAt: '2026-01-02T03:04:05.678Z',
  },
});

/** Paid (or free) and final: the reserved stock has left the shelf. */
export const OrderConfirmed = defineContract({
  type: 'order.confirmed',
  version: 1,
  description: 'Paid (or free) and final: the reserved stock has left the shelf.',
  example: { ...example, totalCents: 2_354, currency: 'USD', settledAt },
  payload: z.object({ ...order, totalCents: amountInMinorUnits, currency, settledAt: instant }),
});

/** Final without money: out of stock, or the payment was declined. */
export const OrderRejected = defineContract({
  type: 'order.rejected',
  version: 1,
  description: 'Final without money: out of stock, or the payment was declined.',
  example: { ...example, reason: 'out-of-stock', settledAt },
  payload: z.object({ ...order, reason: z.string(), settledAt: instant }),
});

/** Final without money: nobody paid in time, and the payment can no longer be captured. */
export const OrderExpired = defineContract({
  type: 'order.expired',
  version: 1,
  description: 'Final without money: nobody paid in time, and the payment can no longer be captured.',
  example: { ...example, reason: 'expired', settledAt },
  payload: z.object({ ...order, reason: z.string(), settledAt: instant }),
});

/** A confirmed order was cancelled: its money (if any) is given back, its stock is on the shelf again. */
export const OrderRefunded = defineContract({
  type: 'order.refunded',
  version: 1,
  description:
    'A confirmed order was cancelled: its money (if any) is given back, its stock is on the shelf again.',
  example: { ...example, totalCents: 2_354, currency: 'USD', refundedAt: settledAt },
  payload: z.object({ ...order, totalCents: amountInMinorUnits, currency, refundedAt: instant }),
});

/** Command to the order service itself, after the wait queue's 15 minutes: ask whether the order is still unpaid. */
export const ExpireOrder = defineContract({
  type: 'order.expire',
  version: 1,
  description: 'Command to the order service itself: ask whether the order is still unpaid.',
  example: example,
  payload: z.object(order),
});
