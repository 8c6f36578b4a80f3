const mostRows = 500;
const mostBytes = 4 * 1024 * 1024;

/**
 * The next rows after $1 up to $2: at least one, and no more than fit the memory meant for them. Lengths are known
 * without reading the bodies; only those of the slice are fetched.
 */
export const readSliceSql = `
  SELECT n, message_id::text AS "messageId", type, key, order_id AS "orderId", address, "partition", "offset",
         sequence, traceparent, occurred_at AS "occurredAt", recorded_at AS "recordedAt", attributes, headers, body,
         previous_hash AS "previousHash", hash, sealed
  FROM (
    SELECT *, sum(size) OVER (ORDER BY n) - size AS bytes_before
    FROM (SELECT *, octet_length(body) + coalesce(octet_length(sealed), 0) AS size
          FROM audit_log WHERE n > $1::bigint AND n <= $2::bigint ORDER BY n LIMIT ${mostRows}) AS next
  ) AS measured
  WHERE bytes_before < ${mostBytes}
  ORDER BY n`;
