/**
 * For shares $2 of broker $1, with nothing at or below floors $3: the highest floor up to $4, just under the lowest row
 * that waits there, due or not. Nothing new may still appear up to $4.
 */
export const selectFloors = `
  SELECT share.partition, least($4::bigint, waiting.number - 1)::text AS floor
  FROM unnest($2::smallint[], $3::bigint[]) AS share (partition, floor)
  LEFT JOIN LATERAL (
    SELECT number FROM outbox
    WHERE broker = $1 AND partition = share.partition AND number > share.floor
    ORDER BY number
    LIMIT 1
  ) AS waiting ON true`;
