import { failureHeaderNames } from '@waybill/messaging';
import { headerBytes, type KafkaRecord } from './record.js';

/**
 * Without the largest header that tells of the failure; nothing when there is none left, and the record is what came. It
 * was small enough for one topic, and what is told on top must not keep it out of the next. By trial, since a topic's
 * limit is for what has been compressed: most fit without the stack.
 */
export function lighter(record: KafkaRecord): KafkaRecord | undefined {
  const [largest] = failureHeaderNames
    .filter((name) => record.headers[name] !== undefined)
    .toSorted((a, b) => headerBytes(b, record.headers[b]) - headerBytes(a, record.headers[a]));
  if (!largest) return undefined;
  const { [largest]: _, ...headers } = record.headers;
  return { ...record, headers };
}
