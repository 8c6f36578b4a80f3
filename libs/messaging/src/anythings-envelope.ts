import { createHash } from 'node:crypto';
import type { Origin } from './broker.js';
import { keepable } from './keepable.js';
import type { Envelope, Message } from './message.js';

/** Of a key, in characters; few enough for any index. */
const longestSubject = 256;

/**
 * An envelope for bytes that have none: its id is made of where they were read and what they are, so that the same
 * bytes read twice from one place are one message. Its subject is as much of the key as a database keeps.
 */
export function anythingsEnvelope(message: Message, { address, partition, offset }: Origin): Envelope {
  const place = JSON.stringify([address, partition, offset, message.key]);
  const hash = createHash('sha256').update(place).update(message.body).digest('hex');
  return {
    id: asUuid(hash),
    type: 'unreadable',
    source: address,
    subject: keepable(message.key, longestSubject),
    time: new Date(0).toISOString(),
    dataschema: '',
    sequence: 0,
  };
}

/** Version 8: a UUID whose bits are somebody's own. */
function asUuid(hex: string): string {
  const parts = [hex.slice(0, 8), hex.slice(8, 12), `8${hex.slice(13, 16)}`, `8${hex.slice(17, 20)}`];
  return [...parts, hex.slice(20, 32)].join('-');
}
