/**
 * Who may have drawn numbers that nobody can see yet: every open transaction that has written to the outbox. The lock
 * is taken before the first number is drawn, and given up only when the commit is visible to whoever looks next.
 */
export const selectWriters = `
  SELECT virtualtransaction AS writer FROM pg_locks
  WHERE locktype = 'relation' AND relation = 'outbox'::regclass AND mode = 'RowExclusiveLock'
    AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`;
