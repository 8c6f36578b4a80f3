import { paymentColumns } from './payment-row.js';

/**
 * Changes exactly the row that still carries our claim, or nothing: after our lease somebody else may have asked,
 * concluded and announced, and what we heard must not be written, or announced, a second time.
 */
export const concludePaymentSql = `
  UPDATE payments SET
    state = $3::text, because = $4, claim_token = NULL, lease_until = NULL,
    settled_at = CASE $3::text WHEN 'unknown' THEN NULL ELSE clock_timestamp() END
  WHERE order_id = $1::uuid AND claim_token = $2::uuid
  RETURNING ${paymentColumns}`;
