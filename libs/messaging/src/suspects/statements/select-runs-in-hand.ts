/** What is in hand of these messages ($2) of a subscription ($1), and for how long. */
export const selectRunsInHand = `
  SELECT run_id::text AS "runId", owner, alone, message_ids::text[] AS "messageIds",
         (extract(epoch FROM clock_timestamp() - started_at) * 1000)::float8 AS "ageMs"
  FROM runs_in_hand WHERE subscription = $1 AND message_ids && $2::uuid[]`;
