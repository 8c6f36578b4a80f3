/** The highest number drawn so far, committed or not. */
export const selectLastNumber = `
  SELECT coalesce(pg_sequence_last_value(pg_get_serial_sequence('outbox', 'number')::regclass), 0)::text AS number`;
