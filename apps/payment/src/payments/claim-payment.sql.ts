import { paymentColumns } from './payment-row.js';

/**
 * Makes the payment, or takes it over when nobody is asking: one statement, so that of two commands at once one gets
 * the row and the other, having waited for the row's lock, sees the first one's lease. No row comes back when the
 * payment is final, when somebody's lease runs, or when another amount was asked for before.
 * Why it was unknown stays until the next answer: who asks again need not announce it again.
 * All times are the database's own, so that clocks of different machines do not matter.
 */
export const claimPaymentSql = `
  INSERT INTO payments AS known
    (order_id, payment_id, customer_id, amount_cents, currency, cancel_because, state, claim_token, lease_until, asks, asked_since)
  VALUES ($1::uuid, $2::uuid, $3, $4::bigint, $5, $6, 'asking', $7::uuid,
    clock_timestamp() + $8::double precision * interval '1 ms', 1, clock_timestamp())
  ON CONFLICT (order_id) DO UPDATE SET
    amount_cents = coalesce(known.amount_cents, excluded.amount_cents),
    currency = coalesce(known.currency, excluded.currency),
    cancel_because = coalesce(known.cancel_because, excluded.cancel_because),
    state = 'asking', asks = known.asks + 1,
    claim_token = excluded.claim_token, lease_until = excluded.lease_until
  WHERE known.settled_at IS NULL
    AND coalesce(known.lease_until <= clock_timestamp(), true)
    AND coalesce((known.amount_cents, known.currency) = (excluded.amount_cents, excluded.currency), true)
  RETURNING ${paymentColumns}`;
