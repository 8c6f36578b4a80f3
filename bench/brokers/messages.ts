import { randomBytes } from 'node:crypto';
import { writeEnvelope, type Message } from '@waybill/messaging';
import { v7 } from 'uuid';

/** Text of so many bytes that no compression shrinks by more than a quarter. */
export const textOf = (bytes: number): Uint8Array =>
  Buffer.from(
    randomBytes(Math.ceil((bytes * 3) / 4))
      .toString('base64')
      .slice(0, bytes),
  );

/** Number `number` of messages that go round `keys` keys; its sequence counts within its key, from 1. */
export function numbered(number: number, keys: number, body: Uint8Array): Message {
  const key = `customer-${number % keys}`;
  const attributes = writeEnvelope({
    id: v7(),
    type: 'bench.message',
    source: '/bench',
    subject: key,
    time: new Date().toISOString(),
    dataschema: 'urn:bench:message:v1',
    sequence: 1 + Math.floor(number / keys),
  });
  return { key, attributes, headers: {}, body };
}
