/**
 * Per broker: rows waiting, how many of them the broker has refused, and since when the oldest could have been sent.
 * Once more without the keys that a refused row holds up: what is left waits for the relay or the broker alone.
 */
export const selectStatus = `
  WITH held_up AS MATERIALIZED (
    SELECT DISTINCT broker, key FROM outbox WHERE refused_at IS NOT NULL AND key <> ''
  ), waiting AS (
    SELECT broker, refused_at IS NOT NULL AS refused,
           refused_at IS NOT NULL OR held_up.key IS NOT NULL AS behind,
           CASE WHEN refused_at IS NULL THEN greatest(created_at, due_at) ELSE created_at END AS since
    FROM outbox LEFT JOIN held_up USING (broker, key)
  )
  SELECT broker, count(*)::int AS rows, (count(*) FILTER (WHERE refused))::int AS refused,
         greatest(extract(epoch FROM now() - min(since)) * 1000, 0)::float8 AS "oldestAgeMs",
         greatest(extract(epoch FROM now() - min(since) FILTER (WHERE NOT behind)) * 1000, 0)::float8
           AS "oldestSendableAgeMs"
  FROM waiting
  GROUP BY broker
  ORDER BY broker`;
