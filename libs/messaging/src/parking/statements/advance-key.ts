/** The head ($4) is done with: the next one is head, at once, under the same claim ($3) for $5 ms. Changes nothing without it. */
export const advanceKey = `
  WITH held AS (
    UPDATE key_states
    SET attempts = 0, first_failed_at = NULL, because = NULL, operation_id = NULL, state = 'waiting', due_at = now(),
        since = now(), claimed_until = now() + $5::int * interval '1 ms'
    WHERE subscription = $1 AND key = $2 AND claim_token = $3::bigint
    RETURNING subscription, key
  )
  DELETE FROM parked_messages USING held
  WHERE parked_messages.subscription = held.subscription AND parked_messages.key = held.key
    AND parked_messages.number = $4::bigint`;
