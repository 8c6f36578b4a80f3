/**
 * One row changed: the key is ours. None: somebody used it within 24 h. The insert waits for a transaction that holds
 * the same key; `set_config` limits that wait to 2 s, and stands in the same statement to save a round trip (the
 * insert reads from it, so it is evaluated before any row is tried).
 */
export const claimKeySql = `
  WITH patience AS MATERIALIZED (SELECT set_config('lock_timeout', '2000', true) AS set)
  INSERT INTO idempotency_keys AS known (customer_id, route, key, body_hash, answer)
  SELECT $1, $2, $3, $4::bytea, $5::jsonb FROM patience WHERE set IS NOT NULL
  ON CONFLICT (customer_id, route, key) DO UPDATE
    SET body_hash = excluded.body_hash, answer = excluded.answer, created_at = now()
    WHERE known.created_at < now() - interval '24 hours'`;

/** Only of the last 24 h, as `claimKeySql` counts them: an older key is free again. */
export const findAnswerSql = `
  SELECT answer, body_hash = $4::bytea AS same FROM idempotency_keys
  WHERE customer_id = $1 AND route = $2 AND key = $3 AND created_at >= now() - interval '24 hours'`;

/** A slice, so that no sweep holds locks for long. */
export const forgetOldKeysSql = `
  DELETE FROM idempotency_keys WHERE (customer_id, route, key) IN (
    SELECT customer_id, route, key FROM idempotency_keys
    WHERE created_at < now() - interval '24 hours' ORDER BY created_at LIMIT 1000)`;
