/**
 * Writes the rows of a whole transaction in one statement; arrays of one length, one element per row, in the order of
 * adding: $1 broker, $2 address, $3 key, $4 partition, $5 message id, $6 attributes, $7 headers, $8 body, $9 priority,
 * $10 due, $11 how many later rows of this transaction have the same destination and key.
 *
 * `drawn` locks the keys, sorted, so that two transactions with common keys wait for each other instead of
 * deadlocking. Numbers must be drawn after that: a transaction that took its number first and then waited would be
 * sent before the one it waited for. `every_lock` makes it so whatever plan is chosen: a count exists only when all of
 * `drawn` has been run, no row can be joined before it exists, and the identity is drawn for joined rows.
 */
export const insertRows = `
  WITH message AS (
    SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::smallint[], $5::uuid[], $6::jsonb[], $7::jsonb[],
                         $8::bytea[], $9::smallint[], $10::timestamptz[], $11::int[])
      WITH ORDINALITY AS m (broker, address, key, partition, message_id, attributes, headers,
                            body, priority, due_at, later, place)
  ), drawn AS (
    INSERT INTO outbox_sequences AS sequence (broker, address, key, last)
    SELECT broker, address, key, count(*) FROM message WHERE key <> '' GROUP BY 1, 2, 3 ORDER BY 1, 2, 3
    ON CONFLICT (broker, address, key) DO UPDATE SET last = sequence.last + excluded.last
    RETURNING broker, address, key, last
  )
  INSERT INTO outbox (broker, partition, address, key, message_id, attributes, headers, body, priority, due_at)
  SELECT broker, partition, address, key, message_id,
         attributes || jsonb_build_object('sequence', coalesce(drawn.last - later, 0)::text),
         headers, body, priority, due_at
  FROM message
  CROSS JOIN (SELECT count(*) FROM drawn) AS every_lock
  LEFT JOIN drawn USING (broker, address, key)
  ORDER BY place`;
