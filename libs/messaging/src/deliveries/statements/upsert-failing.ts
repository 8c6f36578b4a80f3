/** What was last told of message $2 of subscription $1: it is $3 (waiting or dead) since $4. */
export const upsertFailing = `
  INSERT INTO failing_deliveries (subscription, message_id, state, at) VALUES ($1, $2::uuid, $3, $4::timestamptz)
  ON CONFLICT (subscription, message_id) DO UPDATE SET state = excluded.state, at = excluded.at`;
