/**
 * How message $2 of subscription $1 stands beside its inbox row. Where it is parked, that counts: what was told of it
 * before is older, and an inbox row is of the same id with another body.
 */
export const selectStanding = `
  WITH parked AS (
    SELECT message.message_id AS id, message.parked_at, state.state, state.since, state.due_at, head.id AS head
    FROM parked_messages AS message
    JOIN key_states AS state USING (subscription, key)
    CROSS JOIN LATERAL (
      SELECT first.message_id AS id FROM parked_messages AS first
      WHERE first.subscription = message.subscription AND first.key = message.key ORDER BY first.number LIMIT 1
    ) AS head
    WHERE message.subscription = $1 AND message.message_id = $2::uuid
  )
  SELECT state, at, behind, place = 1 AS parked FROM (
    SELECT 1 AS place, state, CASE state WHEN 'dead' THEN due_at ELSE since END AS at, NULL AS behind
    FROM parked WHERE id = head
    UNION ALL
    SELECT 1, 'parked', parked_at, head::text FROM parked WHERE id <> head
    UNION ALL
    SELECT 2, state, at, NULL FROM failing_deliveries WHERE subscription = $1 AND message_id = $2::uuid
    UNION ALL
    SELECT 3, 'waiting', since, NULL FROM suspects WHERE subscription = $1 AND message_id = $2::uuid
  ) AS known
  ORDER BY place LIMIT 1`;
