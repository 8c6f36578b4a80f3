import { z } from 'zod';

/** The first word about a key is the last: a later ask changes nothing and gets the same answer. */
export type ChargeStatus = 'captured' | 'declined' | 'cancelled';

export const chargeBody = z.strictObject({
  orderId: z.string().min(1).max(255),
  amountCents: z.int().min(1),
  currency: z.string().regex(/^[A-Z]{3}$/, 'expected an ISO 4217 code such as USD'),
});

export type ChargeBody = z.output<typeof chargeBody>;

/** Order, amount and currency are absent when the key was cancelled before it was ever charged. */
export interface Charge extends Partial<ChargeBody> {
  readonly key: string;
  readonly chargeId: string;
  readonly status: ChargeStatus;
  readonly createdAt: string;
  /** The whole amount was given back; the charge stays captured. */
  readonly refundedAt?: string;
}

export interface Ledger {
  readonly captured: number;
  readonly declined: number;
  readonly capturedCents: number;
  /** Of the captured ones. */
  readonly refunded: number;
  readonly refundedCents: number;
}

export function sameCharge(charge: Charge, { orderId, amountCents, currency }: ChargeBody): boolean {
  return charge.orderId === orderId && charge.amountCents === amountCents && charge.currency === currency;
}
