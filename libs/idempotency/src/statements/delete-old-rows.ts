/**
 * Forgets one slice ($1 days, $2 rows), oldest first: short locks and an even load, however much has gathered. Two
 * replicas that clean at once take different rows.
 */
export const deleteOldRows = `
  DELETE FROM inbox
  WHERE ctid = ANY (ARRAY(
    SELECT ctid FROM inbox
    WHERE handled_at < now() - make_interval(days => $1)
    ORDER BY handled_at
    LIMIT $2
    FOR UPDATE SKIP LOCKED))`;
