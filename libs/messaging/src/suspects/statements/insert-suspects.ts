/** Messages ($2) of a subscription ($1) were in hand when a process died; $3 is 1 when it was the only one there. */
export const insertSuspects = `
  INSERT INTO suspects AS suspect (subscription, message_id, deaths)
  SELECT $1, id, $3 FROM unnest($2::uuid[]) AS id ORDER BY id
  ON CONFLICT (subscription, message_id) DO UPDATE SET deaths = suspect.deaths + excluded.deaths`;
