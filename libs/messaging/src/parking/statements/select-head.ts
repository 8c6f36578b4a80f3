/**
 * The message that runs next for a key ($2) of a subscription ($1), and what is known of its runs; under the claim ($3).
 * One that has been given up, or has run out, is anybody's, though nobody has taken it yet.
 */
export const selectHead = `
  SELECT message.number::text AS number, message.message_id::text AS "messageId", message.key, message.address, message.partition,
         message.read_offset AS "offset", message.attributes, message.headers, message.body,
         state.attempts, state.first_failed_at AS "firstFailedAt", state.operation_id::text AS "operationId"
  FROM key_states AS state
  JOIN parked_messages AS message USING (subscription, key)
  WHERE subscription = $1 AND key = $2 AND claim_token = $3::bigint AND claimed_until > now()
    AND state = 'waiting' AND due_at <= now()
  ORDER BY message.number LIMIT 1`;
