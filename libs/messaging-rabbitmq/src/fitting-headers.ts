import { failureHeaderNames, firstAttemptHeader } from '@waybill/messaging';

/**
 * amqplib encodes at most 64 KiB of headers, while RabbitMQ takes and delivers up to 128 KiB; and a dead letter gets
 * failure headers on top. A message that could not be written again for that reason would be held for ever.
 */
const roomBytes = 60 * 1024;

/** Of a name, and of properties beside the headers: AMQP counts their length in one byte. */
const longestShortString = 255;

export const isShortString = (text: string): boolean => Buffer.byteLength(text) <= longestShortString;

const droppedHeader = 'waybill-dropped-headers';
const namedBytes = 1_024;

/**
 * The headers, without the largest ones if they would not fit, attributes last; and without names that were no UTF-8, since
 * what amqplib reads in their place is up to three times as long. `droppedHeader` names what went.
 */
export function fittingHeaders(headers: Record<string, unknown>): Record<string, unknown> {
  const kept = { ...headers };
  const dropped = Object.keys(headers).filter((name) => !isShortString(name));
  for (const name of dropped) delete kept[name];
  for (const [name] of largestFirst(kept)) {
    if (sizeOf(kept) <= roomBytes) break;
    delete kept[name];
    dropped.push(name);
  }
  return dropped.length === 0 ? kept : { ...kept, [droppedHeader]: dropped.join().slice(0, namedBytes) };
}

function largestFirst(headers: Record<string, unknown>): [string, unknown][] {
  return Object.entries(headers).sort(
    ([a, one], [b, other]) => Number(isOurs(a)) - Number(isOurs(b)) || sizeOf(other) - sizeOf(one),
  );
}

const ours = new Set<string>([...failureHeaderNames, firstAttemptHeader, 'traceparent']);

function isOurs(name: string): boolean {
  return name.startsWith('cloudEvents:') || ours.has(name);
}

/** As JSON, which spends about as much on each value as the table's tag and length; the spare 4 KiB cover the rest. */
function sizeOf(value: unknown): number {
  return Buffer.byteLength(JSON.stringify(value));
}
