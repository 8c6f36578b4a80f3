/** Forgets one slice ($1 days, $2 rows) of operations; not of messages that are still parked, waiting or dead. */
export const deleteOldOperations = `
  DELETE FROM operations
  WHERE ctid = ANY (ARRAY(
    SELECT ctid FROM operations
    WHERE carried_out_at < now() - make_interval(days => $1)
      AND NOT EXISTS (
        SELECT FROM parked_messages AS parked
        WHERE parked.subscription = operations.subscription AND parked.message_id = operations.message_id)
    LIMIT $2
    FOR UPDATE SKIP LOCKED))`;
