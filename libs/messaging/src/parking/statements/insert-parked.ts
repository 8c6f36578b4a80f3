/**
 * Parks messages in the order given; arrays of one length. Answers the ids that were not parked before: a second copy of
 * a waiting message is a duplicate, whichever copy came first.
 */
export const insertParked = `
  INSERT INTO parked_messages (subscription, key, message_id, address, partition, read_offset, attributes, headers, body)
  SELECT $1, key, message_id, address, partition, read_offset, attributes::json, headers::json, body
  FROM unnest($2::text[], $3::uuid[], $4::text[], $5::int[], $6::text[], $7::text[], $8::text[], $9::bytea[])
    WITH ORDINALITY AS m (key, message_id, address, partition, read_offset, attributes, headers, body, place)
  ORDER BY place
  ON CONFLICT (subscription, message_id) DO NOTHING
  RETURNING message_id::text AS id`;
