/** A body ($3) that is known under an id ($2) from now on, by operation $4; admitted again, it stays as long again. */
export const insertBody = `
  INSERT INTO inbox_bodies (subscription, message_id, body_hash, operation_id)
  VALUES ($1, $2::uuid, $3, $4::uuid)
  ON CONFLICT (subscription, message_id, body_hash) DO UPDATE SET admitted_at = now()`;
