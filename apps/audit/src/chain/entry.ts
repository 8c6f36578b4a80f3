import type { Delivery } from '@waybill/messaging';
import { canonicalText } from './canonical-form.js';

/** One event as the chain keeps it. */
export interface Entry {
  readonly messageId: string;
  readonly type: string;
  readonly key: string;
  readonly orderId: string;
  readonly address: string;
  readonly partition: number | null;
  readonly offset: bigint | null;
  readonly sequence: bigint;
  readonly traceparent: string | null;
  readonly occurredAt: Date;
  readonly recordedAt: Date;
  readonly attributes: string;
  readonly headers: string;
  /** As it came; without what was personal where `sealed` is there or the customer was erased. */
  readonly body: Uint8Array;
  /** The original body under its customer's key. */
  readonly sealed: Uint8Array | null;
}

/** An entry in its place: `hash` covers everything else, the previous hash included. */
export interface Link extends Entry {
  readonly n: bigint;
  readonly previousHash: Uint8Array;
  readonly hash: Uint8Array;
}

/** The end of the chain. */
export interface Head {
  readonly n: bigint;
  readonly hash: Uint8Array;
}

export function entryOf(
  { envelope, message, origin }: Pick<Delivery, 'envelope' | 'message' | 'origin'>,
  recordedAt: Date,
): Entry {
  const { id, type, subject, sequence, traceparent = null, time } = envelope;
  return {
    messageId: id,
    type,
    key: message.key,
    orderId: subject,
    address: origin.address,
    partition: origin.partition ?? null,
    offset: origin.offset === undefined ? null : BigInt(origin.offset),
    sequence: BigInt(sequence),
    traceparent,
    occurredAt: new Date(time),
    recordedAt,
    attributes: canonicalText(message.attributes),
    headers: canonicalText(message.headers),
    body: message.body,
    sealed: null,
  };
}
