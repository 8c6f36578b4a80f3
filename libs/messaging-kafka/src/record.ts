import type { Message, OutgoingMessage } from '@waybill/messaging';
import type { IHeaders, KafkaMessage } from 'kafkajs';
import { fromKafkaHeaders, toKafkaHeaders } from './headers.js';
import { KafkaRefusedError, KafkaTooLargeError } from './kafka.errors.js';

/** One message as Kafka stores it; the bytes are what counts. */
export interface KafkaRecord {
  readonly topic: string;
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  readonly headers: IHeaders;
}

const topicRule = /^[a-zA-Z0-9._-]{1,249}$/;
const noBytes = new Uint8Array();
/** Lengths, timestamp and offset of a record and its batch; the broker's limit is for all of it. */
const overheadBytes = 100;

/** Throws a `KafkaRefusedError` for what no broker would take, so that it never disturbs the rest of its batch. */
export function toRecord({ address, message }: OutgoingMessage, maxBytes: number): KafkaRecord {
  const record = {
    topic: address,
    key: message.key ? Buffer.from(message.key) : null,
    value: asBuffer(message.body),
    headers: toKafkaHeaders(message),
  };
  refuseImpossible(record, maxBytes);
  return record;
}

/** An absent key or body reads as an empty one. */
export function toMessage({ key, value, headers }: KafkaMessage): Message {
  return { key: key?.toString('utf8') ?? '', body: value ?? noBytes, ...fromKafkaHeaders(headers) };
}

export function bytesOf({ key, value, headers }: KafkaRecord): number {
  let bytes = overheadBytes + (key?.length ?? 0) + (value?.length ?? 0);
  for (const name in headers) bytes += headerBytes(name, headers[name]);
  return bytes;
}

export function headerBytes(name: string, value: IHeaders[string]): number {
  if (Array.isArray(value)) return value.reduce((sum, each) => sum + headerBytes(name, each), 0);
  return name.length + Buffer.byteLength(value ?? '') + 4;
}

function refuseImpossible(record: KafkaRecord, maxBytes: number): void {
  if (!topicRule.test(record.topic)) throw new KafkaRefusedError(`"${record.topic}" is not a topic's name`);
  const bytes = bytesOf(record);
  if (bytes > maxBytes)
    throw new KafkaTooLargeError(`${bytes} bytes are above the limit of ${maxBytes} for ${record.topic}`);
}

function asBuffer(bytes: Uint8Array): Buffer {
  if (!(bytes instanceof Uint8Array)) throw new KafkaRefusedError('the body is not bytes');
  return Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
