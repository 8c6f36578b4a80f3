/** The operation for which message $3 of a subscription ($1) waits to run again as head of its key ($2), if it is for one. */
export const selectWaitingOperation = `
  SELECT state.operation_id::text AS "operationId"
  FROM key_states AS state
  WHERE subscription = $1 AND key = $2 AND state = 'waiting' AND operation_id IS NOT NULL
    AND $3::uuid = (
      SELECT message_id FROM parked_messages WHERE subscription = $1 AND key = $2 ORDER BY number LIMIT 1
    )`;
