/**
 * Forgets one slice ($1 days, $2 rows) of suspects whom nobody has delivered again; not those that are parked. One that
 * was set aside and is replayed later has to be found deadly anew.
 */
export const deleteOldSuspects = `
  DELETE FROM suspects
  WHERE ctid = ANY (ARRAY(
    SELECT ctid FROM suspects
    WHERE since < now() - make_interval(days => $1)
      AND NOT EXISTS (
        SELECT FROM parked_messages AS parked
        WHERE parked.subscription = suspects.subscription AND parked.message_id = suspects.message_id)
    LIMIT $2
    FOR UPDATE SKIP LOCKED))`;
