/** Per broker: rows waiting, how many of them the broker has refused, and since when the oldest could have been sent. */
export const selectStatus = `
  SELECT broker, count(*)::int AS rows, (count(*) FILTER (WHERE refused_at IS NOT NULL))::int AS refused,
         coalesce(extract(epoch FROM now() - min(created_at)
           FILTER (WHERE due_at IS NULL OR due_at <= now() OR refused_at IS NOT NULL)) * 1000, 0)::float8 AS "oldestAgeMs"
  FROM outbox
  GROUP BY broker
  ORDER BY broker`;
