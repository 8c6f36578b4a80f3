/**
 * How many messages of a subscription ($1) are parked, how many of their heads are due, and how long the oldest of its keys
 * has waited. One row per key and an index of the messages: no body is read.
 */
export const selectParkedCounts = `
  SELECT (SELECT count(*)::int FROM parked_messages WHERE subscription = $1) AS parked,
         (count(*) FILTER (WHERE state = 'waiting' AND due_at <= now()))::int AS due,
         greatest(coalesce(extract(epoch FROM now() - min(since)) * 1000, 0), 0)::float8 AS "oldestAgeMs"
  FROM key_states WHERE subscription = $1`;
