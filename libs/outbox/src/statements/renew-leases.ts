/**
 * Prolongs leases of broker $1 by $4 ms (shares $2 with tokens $3) and answers the shares still held. One that has run
 * out is not revived, even if nobody took it: whoever takes it next gets a new token.
 */
export const renewLeases = `
  UPDATE outbox_leases AS lease
  SET lease_until = now() + $4::int * interval '1 ms'
  FROM unnest($2::smallint[], $3::bigint[]) AS mine (partition, token)
  WHERE lease.broker = $1 AND lease.partition = mine.partition AND lease.token = mine.token
    AND lease.lease_until >= now()
  RETURNING lease.partition`;
