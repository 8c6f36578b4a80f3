/**
 * Takes up to $4 shares of broker $1 for owner $2, for $3 ms: those that nobody holds, whose lease has run out, or
 * that an earlier process of the same name held (it is dead, or fenced off by the new token), except $5, which this
 * process holds already. Shares that another relay is taking at this moment are passed over.
 */
export const takeLeases = `
  UPDATE outbox_leases AS lease
  SET owner = $2, token = token + 1, lease_until = now() + $3::int * interval '1 ms'
  FROM (
    SELECT partition FROM outbox_leases
    WHERE broker = $1 AND (lease_until < now() OR owner = $2) AND partition <> ALL ($5::smallint[])
    ORDER BY partition
    LIMIT $4
    FOR UPDATE SKIP LOCKED
  ) AS free
  WHERE lease.broker = $1 AND lease.partition = free.partition
  RETURNING lease.partition, lease.token`;
