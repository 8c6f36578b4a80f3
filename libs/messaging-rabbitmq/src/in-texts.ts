import { fittingHeaders, isShortString } from './fitting-headers.js';
import { asText } from './headers.js';
import type { OutgoingRecord } from './outgoing-record.js';

/**
 * Strangers' headers and properties that amqplib has read and does not write: it takes -1e300 for an integer, the latest of
 * times for one of more bits than there are, and bytes that are no UTF-8 for up to three times as many. All headers as texts,
 * and without what is too long then, can always be written.
 */
export function inTexts(record: OutgoingRecord): OutgoingRecord {
  const { headers = {}, ...others } = record.properties;
  const texts = Object.fromEntries(
    Object.entries(headers as Record<string, unknown>).map(([name, value]) => [name, asText(value)]),
  );
  const kept = Object.fromEntries(Object.entries(others).filter(([, value]) => isWritable(value)));
  return { ...record, properties: { ...kept, headers: fittingHeaders(texts) } };
}

function isWritable(value: unknown): boolean {
  if (typeof value === 'string') return isShortString(value);
  return typeof value === 'number' ? Number.isSafeInteger(value) : value !== undefined;
}
