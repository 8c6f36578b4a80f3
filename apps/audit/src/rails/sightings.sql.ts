/*
 * Both rails write the same rows from transactions of their own. Sorted by id, so that two batches with common ids wait
 * for each other instead of deadlocking. The first sighting inserts; the second adds its time, and the row leaves the
 * index of unmatched ones. The first time on a rail stays: a copy changes nothing.
 */

export const sawOnKafkaSql = `
  INSERT INTO rail_sightings AS known
    (message_id, type, key, order_id, traceparent, occurred_at, seen_at, on_kafka_at)
  SELECT seen.*, seen.seen_at
  FROM unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::text[], $6::timestamptz[], $7::timestamptz[])
    AS seen(message_id, type, key, order_id, traceparent, occurred_at, seen_at)
  ORDER BY seen.message_id
  ON CONFLICT (message_id) DO UPDATE SET on_kafka_at = excluded.on_kafka_at WHERE known.on_kafka_at IS NULL`;

export const sawOnRabbitmqSql = `
  INSERT INTO rail_sightings AS known
    (message_id, type, key, order_id, traceparent, occurred_at, seen_at, rabbitmq_address, rabbitmq_sequence,
     on_rabbitmq_at)
  SELECT seen.*, seen.seen_at
  FROM unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::text[], $6::timestamptz[], $7::timestamptz[],
              $8::text[], $9::bigint[])
    AS seen(message_id, type, key, order_id, traceparent, occurred_at, seen_at, address, sequence)
  ORDER BY seen.message_id
  ON CONFLICT (message_id) DO UPDATE
    SET on_rabbitmq_at = excluded.on_rabbitmq_at,
        rabbitmq_address = excluded.rabbitmq_address,
        rabbitmq_sequence = excluded.rabbitmq_sequence
    WHERE known.on_rabbitmq_at IS NULL`;
