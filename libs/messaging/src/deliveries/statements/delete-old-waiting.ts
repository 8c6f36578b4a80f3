/** A retry takes minutes: what was put off $1 days ago has long run, or is gone from its broker too. At most $2 rows. */
export const deleteOldWaiting = `
  DELETE FROM failing_deliveries WHERE ctid IN (
    SELECT ctid FROM failing_deliveries
    WHERE state = 'waiting' AND at < now() - make_interval(days => $1) LIMIT $2)`;
