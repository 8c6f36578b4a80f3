/** Remembers an operation; changes nothing when it is known: $1 subscription … $7 asked at. */
export const insertOperation = `
  INSERT INTO operations (subscription, operation_id, kind, message_id, actor, reason, asked_at)
  VALUES ($1, $2::uuid, $3, $4::uuid, $5, $6, $7::timestamptz)
  ON CONFLICT (subscription, operation_id) DO NOTHING`;
