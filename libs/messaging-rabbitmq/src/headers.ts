import type { Message } from '@waybill/messaging';
import type { MessageProperties, Options } from 'amqplib';
import { fittingHeaders, isShortString } from './fitting-headers.js';

/** CloudEvents' AMQP binding: attributes are application headers with this prefix. */
const prefix = 'cloudEvents:';
const keyHeader = `${prefix}partitionkey`;
const traceHeader = 'traceparent';

/**
 * Written by the broker about a delivery, or obeyed by it on a publish: `CC` and `BCC` would route further copies (and
 * a text there closes the channel), a copied `x-death` makes the broker see cycles.
 */
const brokersOwn = new Set(['CC', 'BCC', 'x-death', 'x-delivery-count', 'x-acquired-count']);
const brokersOwnPattern = /^x-(first|last)-death-/;

type Headers = Record<string, unknown>;

/**
 * A message as AMQP properties: persistent, with the envelope's id, type and time where RabbitMQ's tools show them and they
 * fit. Of one that had failed the headers are those that fit, since it must go on; any other is refused if they do not.
 */
export function toProperties({ key, attributes, headers }: Message): Options.Publish {
  const { traceparent = headers[traceHeader], ...envelope } = attributes;
  const written = {
    ...withoutBrokersOwn(headers),
    ...prefixed(envelope),
    ...(key && { [keyHeader]: key }),
    ...(traceparent && { [traceHeader]: traceparent }),
  };
  return {
    persistent: true,
    timestamp: timestampOf(attributes['time']),
    ...shortStrings({
      contentType: contentTypeOf(attributes),
      messageId: attributes['id'],
      type: attributes['type'],
    }),
    headers: headers['waybill-attempts'] === undefined ? written : fittingHeaders(written),
  };
}

/** Without what is absent or too long; the headers have it all. */
function shortStrings(properties: Record<string, string | undefined>): Record<string, string> {
  const entries = Object.entries(properties);
  return Object.fromEntries(
    entries.filter((entry): entry is [string, string] => Boolean(entry[1]) && isShortString(entry[1]!)),
  );
}

/** What a delivery carries, whoever wrote it: absent or odd headers make an empty envelope, never an error. */
export function toMessage(properties: MessageProperties, body: Uint8Array): Message {
  const attributes: Record<string, string> = {};
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries((properties.headers ?? {}) as Headers)) {
    if (name === keyHeader) continue;
    if (name.startsWith(prefix)) attributes[name.slice(prefix.length)] = asText(value);
    else headers[name] = asText(value);
  }
  return { key: keyOf(properties), body, ...withOneTrace(attributes, headers) };
}

/** The headers of a delivery that is written again, as they came but for those that are the broker's own. */
export function withoutBrokersOwn(headers: Headers = {}): Headers {
  return Object.fromEntries(
    Object.entries(headers).filter(([name]) => !brokersOwn.has(name) && !brokersOwnPattern.test(name)),
  );
}

/** The plain header is what tracing tools read and write, so it outranks a copy among the attributes. */
function withOneTrace(
  attributes: Record<string, string>,
  { [traceHeader]: trace, ...headers }: Record<string, string>,
) {
  return { attributes: trace ? { ...attributes, traceparent: trace } : attributes, headers };
}

function keyOf({ headers }: MessageProperties): string {
  const key: unknown = headers?.[keyHeader];
  return key === undefined || key === null ? '' : asText(key);
}

function prefixed(attributes: Message['attributes']): Headers {
  return Object.fromEntries(Object.entries(attributes).map(([name, value]) => [`${prefix}${name}`, value]));
}

/** AMQP tables hold numbers, times, bytes, tables and arrays too; the port knows text: all but text is JSON. */
export function asText(value: unknown): string {
  const plain = plainOf(value);
  return typeof plain === 'string' ? plain : JSON.stringify(plain);
}

/** Bytes as base64; times, which amqplib tags, as ISO 8601. */
function plainOf(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(plainOf);
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64');
  if (typeof value !== 'object' || value === null) return value;
  if ('!' in value && 'value' in value) return untagged(value);
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, plainOf(each)]));
}

/** A time that no calendar has stays a number. */
function untagged({ '!': type, value }: { readonly '!': unknown; readonly value: unknown }): unknown {
  const time = new Date(type === 'timestamp' ? Number(value) * 1_000 : NaN);
  return Number.isNaN(time.getTime()) ? value : time.toISOString();
}

function contentTypeOf({ datacontenttype, id }: Message['attributes']): string {
  return datacontenttype ?? (id ? 'application/json' : 'application/octet-stream');
}

/** AMQP counts in seconds from 1970 on. */
function timestampOf(time = ''): number {
  const ms = Date.parse(time);
  return Math.max(0, Math.floor((Number.isNaN(ms) ? Date.now() : ms) / 1_000));
}
