/**
 * Forgets one slice ($1 days, $2 rows) of admitted bodies: of messages that are no longer known as handled, and are not
 * parked, waiting or dead, to be handled yet.
 */
export const deleteOldBodies = `
  DELETE FROM inbox_bodies
  WHERE ctid = ANY (ARRAY(
    SELECT ctid FROM inbox_bodies AS body
    WHERE admitted_at < now() - make_interval(days => $1)
      AND NOT EXISTS (
        SELECT FROM inbox
        WHERE inbox.subscription = body.subscription AND inbox.message_id = body.message_id)
      AND NOT EXISTS (
        SELECT FROM parked_messages AS parked
        WHERE parked.subscription = body.subscription AND parked.message_id = body.message_id)
    LIMIT $2
    FOR UPDATE SKIP LOCKED))`;
