import type { Link } from './entry.js';

/** Serialises appenders, whatever process they are in, from here to their commit. */
export const lockHeadSql = 'SELECT n, hash FROM audit_head FOR UPDATE';

/** Which of these ids the log has. It remembers for ever, the inbox only for its retention. */
export const knownIdsSql = `
  SELECT message_id::text AS id FROM audit_log WHERE message_id = ANY ($1::uuid[])`;

/**
 * The whole batch and the new head in one round trip, since everybody else waits for the head meanwhile. What is not sealed
 * comes as empty bytes: Prisma writes other bytes than it was given when a list of bytes has a null in it.
 */
export const appendLinksSql = `
  WITH appended AS (
    INSERT INTO audit_log (n, message_id, type, key, order_id, address, "partition", "offset", sequence, traceparent,
                           occurred_at, recorded_at, attributes, headers, body, previous_hash, hash, sealed)
    SELECT n, message_id, type, key, order_id, address, "partition", "offset", sequence, traceparent, occurred_at,
           recorded_at, attributes, headers, body, previous_hash, hash, nullif(sealed, '')
    FROM unnest($1::bigint[], $2::uuid[], $3::text[], $4::text[], $5::text[], $6::text[], $7::int[],
                         $8::bigint[], $9::bigint[], $10::text[], $11::timestamptz[], $12::timestamptz[],
                         $13::text[], $14::text[], $15::bytea[], $16::bytea[], $17::bytea[], $18::bytea[])
      AS link (n, message_id, type, key, order_id, address, "partition", "offset", sequence, traceparent, occurred_at,
               recorded_at, attributes, headers, body, previous_hash, hash, sealed))
  UPDATE audit_head SET n = $19::bigint, hash = $20::bytea`;

const nothing = new Uint8Array();

/** In the statement's order. */
export function parametersOf(links: readonly Link[]): unknown[] {
  const { n, hash } = links.at(-1)!;
  const column = <Name extends keyof Link>(name: Name) => links.map((link) => link[name]);
  return [
    column('n'),
    column('messageId'),
    column('type'),
    column('key'),
    column('orderId'),
    column('address'),
    column('partition'),
    column('offset'),
    column('sequence'),
    column('traceparent'),
    column('occurredAt'),
    column('recordedAt'),
    column('attributes'),
    column('headers'),
    column('body'),
    column('previousHash'),
    column('hash'),
    column('sealed').map((sealed) => sealed ?? nothing),
    n,
    hash,
  ];
}
