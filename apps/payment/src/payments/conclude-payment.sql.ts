import { paymentColumns } from './payment-row.js';

/**
 * Changes exactly the row that still carries our claim, or nothing: after our lease somebody else may have asked,
 * concluded and announced, and what we heard must not be written, or announced, a second time. When and why the outcome
 * was first unknown stays: that is what was announced.
 */
export const concludePaymentSql = `
  UPDATE payments SET
    state = $3::text, because = $4, claim_token = NULL, lease_until = NULL,
    unknown_at = CASE $3::text WHEN 'unknown' THEN coalesce(unknown_at, clock_timestamp()) ELSE unknown_at END,
    unknown_because = CASE $3::text WHEN 'unknown' THEN coalesce(unknown_because, $4) ELSE unknown_because END,
    settled_at = CASE $3::text WHEN 'unknown' THEN NULL ELSE clock_timestamp() END
  WHERE order_id = $1::uuid AND claim_token = $2::uuid
  RETURNING ${paymentColumns}`;
