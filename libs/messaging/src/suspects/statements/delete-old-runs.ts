/** Forgets one slice ($1 days, $2 rows) of runs whose process died and whose messages never came again. */
export const deleteOldRuns = `
  DELETE FROM runs_in_hand
  WHERE ctid = ANY (ARRAY(
    SELECT ctid FROM runs_in_hand
    WHERE started_at < now() - make_interval(days => $1)
    LIMIT $2
    FOR UPDATE SKIP LOCKED))`;
