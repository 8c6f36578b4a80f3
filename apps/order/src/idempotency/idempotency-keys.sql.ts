/**
 * A row of the answer: its key is ours. None for a key that somebody used within 24 h. Sorted by the primary key, so that
 * two groups with common keys wait for each other instead of deadlocking. The insert waits for a transaction that holds
 * one of the keys; `set_config` limits each such wait to $6, and stands in the same statement to save a round trip (the
 * rows are sorted after they were read from it, so it is evaluated before any row is tried).
 */
export const claimKeysSql = `
  WITH patience AS MATERIALIZED (SELECT set_config('lock_timeout', $6, true) AS set)
  INSERT INTO idempotency_keys AS known (customer_id, route, key, body_hash, answer)
  SELECT customer_id, route, key, body_hash, answer
  FROM patience, unnest($1::text[], $2::text[], $3::text[], $4::bytea[], $5::jsonb[])
    AS asked (customer_id, route, key, body_hash, answer)
  WHERE set IS NOT NULL
  ORDER BY customer_id, route, key
  ON CONFLICT (customer_id, route, key) DO UPDATE
    SET body_hash = excluded.body_hash, answer = excluded.answer, created_at = now()
    WHERE known.created_at < now() - interval '24 hours'
  RETURNING customer_id, route, key`;

/** A row for each key asked for, in their order. Only of the last 24 h, as `claimKeysSql` counts them: an older key is free again. */
export const findAnswersSql = `
  SELECT known.answer, known.body_hash = asked.body_hash AS same
  FROM unnest($1::text[], $2::text[], $3::text[], $4::bytea[])
    WITH ORDINALITY AS asked (customer_id, route, key, body_hash, place)
  LEFT JOIN idempotency_keys AS known
    ON (known.customer_id, known.route, known.key) = (asked.customer_id, asked.route, asked.key)
    AND known.created_at >= now() - interval '24 hours'
  ORDER BY place`;

/** A slice, so that no sweep holds locks for long. */
export const forgetOldKeysSql = `
  DELETE FROM idempotency_keys WHERE (customer_id, route, key) IN (
    SELECT customer_id, route, key FROM idempotency_keys
    WHERE created_at < now() - interval '24 hours' ORDER BY created_at LIMIT 1000)`;
