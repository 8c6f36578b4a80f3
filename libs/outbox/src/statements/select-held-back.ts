/**
 * The oldest transactions of this database, five at most, that have been open for more than a second and hold something
 * back: the relay's floor, by having the outbox open for writing, or the removal of dead rows, by a snapshot or by what
 * they have written. One that is open and holds neither is in nobody's way. Another role's transactions are seen only
 * by a member of `pg_read_all_stats`.
 */
export const selectHeldBack = `
  SELECT pid, (extract(epoch FROM now() - xact_start) * 1000)::float8 AS "ageMs"
  FROM pg_stat_activity
  WHERE datname = current_database() AND backend_type = 'client backend' AND pid <> pg_backend_pid()
    AND xact_start < now() - interval '1 second'
    AND (backend_xid IS NOT NULL OR backend_xmin IS NOT NULL OR pid IN (
      SELECT pid FROM pg_locks
      WHERE locktype = 'relation' AND relation = 'outbox'::regclass AND mode = 'RowExclusiveLock'
        AND database = (SELECT oid FROM pg_database WHERE datname = current_database())))
  ORDER BY xact_start
  LIMIT 5`;
