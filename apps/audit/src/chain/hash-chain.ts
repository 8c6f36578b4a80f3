import { createHash } from 'node:crypto';
import { lengthPrefixed } from './canonical-form.js';
import type { Entry, Head, Link } from './entry.js';

/** Before the first link. */
export const emptyChain: Head = { n: 0n, hash: new Uint8Array(32) };

/** Names the form below: another form needs another name, so that old rows stay verifiable. */
const form = 'waybill-audit-1';
/** The same with the sealed bytes behind the body: what was encrypted is hashed, so that erasing a key changes no row. */
const sealedForm = 'waybill-audit-2';

/**
 * sha-256 over, each length-prefixed (`canonical-form.ts`) and in this order: the form's name, previous hash, n,
 * message id, type, key, order id, address, partition, offset, sequence, traceparent, times of event and record
 * (ISO 8601, UTC, milliseconds), attributes, headers, body, and sealed where it is there. Numbers are decimal text. Every column is in it.
 */
export function hashOf(link: Omit<Link, 'hash'>): Buffer {
  const fields = [
    link.sealed === null ? form : sealedForm,
    link.previousHash,
    String(link.n),
    link.messageId,
    link.type,
    link.key,
    link.orderId,
    link.address,
    textOf(link.partition),
    textOf(link.offset),
    String(link.sequence),
    link.traceparent,
    link.occurredAt.toISOString(),
    link.recordedAt.toISOString(),
    link.attributes,
    link.headers,
    link.body,
    ...(link.sealed === null ? [] : [link.sealed]),
  ];
  return createHash('sha256').update(lengthPrefixed(fields)).digest();
}

/** The entries as the next links behind `head`. */
export function chainBehind(head: Head, entries: readonly Entry[]): Link[] {
  let last = head;
  return entries.map((entry) => {
    const place = { ...entry, n: last.n + 1n, previousHash: last.hash };
    const link: Link = { ...place, hash: hashOf(place) };
    last = link;
    return link;
  });
}

const textOf = (number: number | bigint | null): string | null => (number === null ? null : String(number));
