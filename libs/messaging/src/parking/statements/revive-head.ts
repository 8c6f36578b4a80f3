/**
 * The head of key $2 runs again now, as if it had never failed, for operation $4; only if message $3 is that head. Takes
 * the claim from whoever has it. Changes nothing when the message is parked behind, or the key is clear.
 */
export const reviveHead = `
  UPDATE key_states AS state
  SET state = 'waiting', due_at = now(), attempts = 0, first_failed_at = NULL, because = NULL, operation_id = $4::uuid,
      claim_token = claim_token + 1, claimed_until = '-infinity'
  FROM (
    SELECT message_id FROM parked_messages WHERE subscription = $1 AND key = $2 ORDER BY number LIMIT 1
  ) AS head
  WHERE state.subscription = $1 AND state.key = $2 AND head.message_id = $3::uuid`;
