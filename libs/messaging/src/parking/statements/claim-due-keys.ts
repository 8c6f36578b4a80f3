/**
 * Takes up to $2 keys of a subscription ($1) whose heads are due, for $3 ms. SKIP LOCKED: replicas that look at once take
 * different keys. The token makes whoever held the key before powerless.
 */
export const claimDueKeys = `
  UPDATE key_states AS state
  SET claim_token = state.claim_token + 1, claimed_until = now() + $3::int * interval '1 ms'
  FROM (
    SELECT key FROM key_states
    WHERE subscription = $1 AND state = 'waiting' AND due_at <= now() AND claimed_until < now()
    ORDER BY due_at LIMIT $2 FOR UPDATE SKIP LOCKED
  ) AS due
  WHERE state.subscription = $1 AND state.key = due.key
  RETURNING state.key, state.claim_token::text AS token`;
