/**
 * Takes message $3 out of key $2. When it was the head, the next one is, at once, and whoever ran it has lost its claim.
 */
export const removeParked = `
  WITH head AS (
    SELECT message_id FROM parked_messages WHERE subscription = $1 AND key = $2 ORDER BY number LIMIT 1
  ), passed AS (
    UPDATE key_states AS state
    SET state = 'waiting', due_at = now(), since = now(), attempts = 0, first_failed_at = NULL, because = NULL,
        operation_id = NULL, claim_token = claim_token + 1, claimed_until = '-infinity'
    FROM head
    WHERE state.subscription = $1 AND state.key = $2 AND head.message_id = $3::uuid
  )
  DELETE FROM parked_messages WHERE subscription = $1 AND key = $2 AND message_id = $3::uuid`;
