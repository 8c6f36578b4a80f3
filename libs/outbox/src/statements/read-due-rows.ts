/**
 * Reads what may be sent now: committed rows of broker $1 in shares $2, above each share's floor $3, at most $4 of each
 * share, by number. From the lowest number that can be there: one that commits late is sent when it appears, since no
 * floor has passed it (`ReadFloor`). Share by share, so that each is one short walk along the primary key, however many
 * rows wait.
 * Keys with a refused row whose time has not come are left out here, or their rows would fill the window and stop
 * every other key of the share.
 */
export const readDueRows = `
  SELECT due.*
  FROM unnest($2::smallint[], $3::bigint[]) AS share (partition, floor)
  CROSS JOIN LATERAL (
    SELECT number, partition, address, key, message_id AS id, attributes, headers, body, priority, refusals
    FROM outbox
    WHERE broker = $1 AND partition = share.partition AND number > share.floor
      AND (due_at IS NULL OR due_at <= now())
      AND (key = '' OR key <> ALL (ARRAY(
        SELECT key FROM outbox WHERE broker = $1 AND refused_at IS NOT NULL AND due_at > now())))
    ORDER BY number
    LIMIT $4
  ) AS due
  ORDER BY due.number`;
