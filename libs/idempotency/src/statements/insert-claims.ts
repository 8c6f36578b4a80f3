/**
 * Claims a whole batch in one statement ($1 subscription, $2 ids, $3 hashes); answers the ids that are new.
 * Sorted: two batches with common ids insert them in the same order, so that one waits for the other instead of both
 * waiting for each other. ON CONFLICT waits for the transaction that holds an id and then does nothing if it has
 * committed, or inserts if it has rolled back.
 */
export const insertClaims = `
  INSERT INTO inbox (subscription, message_id, body_hash)
  SELECT $1, claim.message_id, claim.body_hash
  FROM unnest($2::uuid[], $3::bytea[]) AS claim (message_id, body_hash)
  ORDER BY claim.message_id
  ON CONFLICT DO NOTHING
  RETURNING message_id::text AS id`;
