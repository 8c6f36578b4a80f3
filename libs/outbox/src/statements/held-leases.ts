/**
 * Opens every finishing statement ($1 broker, $2 shares, $3 tokens): the shares this relay still holds. A relay that
 * was paused past its lease carries an old token or an expired one, and its statement changes nothing. FOR SHARE makes
 * a taker wait for the statement's end, so that there is no moment in which both hold.
 */
export const heldLeases = `
  WITH held AS (
    SELECT lease.partition
    FROM outbox_leases AS lease
    JOIN unnest($2::smallint[], $3::bigint[]) AS mine (partition, token)
      ON lease.partition = mine.partition AND lease.token = mine.token
    WHERE lease.broker = $1 AND lease.lease_until >= now()
    FOR SHARE OF lease
  )`;
