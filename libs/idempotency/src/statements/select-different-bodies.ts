/**
 * Among claims that were not new ($1 subscription, $2 ids, $3 hashes): the ids whose body was another, and was not
 * admitted by a correction. A statement of its own, since the insert's snapshot does not contain the rows it had to wait
 * for.
 */
export const selectDifferentBodies = `
  SELECT claim.message_id::text AS id
  FROM unnest($2::uuid[], $3::bytea[]) AS claim (message_id, body_hash)
  JOIN inbox ON inbox.subscription = $1 AND inbox.message_id = claim.message_id
  WHERE inbox.body_hash <> claim.body_hash
    AND NOT EXISTS (
      SELECT FROM inbox_bodies AS admitted
      WHERE admitted.subscription = $1 AND admitted.message_id = claim.message_id
        AND admitted.body_hash = claim.body_hash)`;
