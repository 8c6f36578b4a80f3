import { writeEnvelope, type Contract, type Message } from '@waybill/messaging';
import { randomUUID } from 'node:crypto';

export const text: Contract<string> = {
  type: 'conformance.text',
  dataschema: 'urn:waybill:conformance:text',
  decode: ({ body }) => Buffer.from(body).toString(),
  encode: (payload) => Buffer.from(payload),
};

export const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';

/** A message of its own id whose body is the text. */
export function messageOf(payload: string, change: Partial<Message> = {}): Message {
  const attributes = writeEnvelope({
    id: randomUUID(),
    type: text.type,
    source: '/conformance',
    subject: payload || 'empty',
    time: '2026-01-01T00:00:00.000Z',
    dataschema: text.dataschema,
    sequence: 1,
    traceparent,
  });
  return { key: 'key', attributes, headers: {}, body: text.encode(payload), ...change };
}

/** `0` to `count − 1`. */
export const numbers = (count: number): string[] => Array.from({ length: count }, (_, index) => `${index}`);

export const textOf = ({ body }: Message): string => Buffer.from(body).toString();

export const idOf = ({ attributes }: Message): string => attributes['id'] ?? '';
