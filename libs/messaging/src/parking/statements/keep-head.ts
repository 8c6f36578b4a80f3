/**
 * The head failed: it stays, as $4 (waiting or dead), until $5, with $6 attempts since $7, because of $8, and the claim
 * ($3) is given up. Changes nothing without it.
 */
export const keepHead = `
  UPDATE key_states
  SET state = $4, due_at = $5::timestamptz, attempts = $6, first_failed_at = $7::timestamptz, because = $8,
      claimed_until = '-infinity'
  WHERE subscription = $1 AND key = $2 AND claim_token = $3::bigint`;
