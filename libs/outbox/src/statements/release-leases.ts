/** Gives shares $2 of broker $1 up, if their tokens are still $3. */
export const releaseLeases = `
  UPDATE outbox_leases AS lease
  SET owner = NULL, lease_until = '-infinity'
  FROM unnest($2::smallint[], $3::bigint[]) AS mine (partition, token)
  WHERE lease.broker = $1 AND lease.partition = mine.partition AND lease.token = mine.token`;
