import type { Message } from '@waybill/messaging';
import type { IHeaders } from 'kafkajs';

/** CloudEvents' Kafka binding, binary mode: one header per attribute. */
const prefix = 'ce_';
const traceHeader = 'traceparent';
const contentTypeHeader = 'content-type';
/** What CloudEvents means by an absent `datacontenttype`; written for readers that want it, not read back. */
const defaultContentType = 'application/json';

/** Of the usual attributes: joining eight names anew for every record, or cutting them, cost as much as compressing it. */
const headerNames = new Map([
  ...['specversion', 'id', 'type', 'source', 'subject', 'time', 'dataschema', 'sequence'].map(
    (name) => [name, `${prefix}${name}`] as const,
  ),
  ['traceparent', traceHeader],
  ['datacontenttype', contentTypeHeader],
]);
const attributeNames = new Map([...headerNames].map(([attribute, header]) => [header, attribute] as const));

/** Attributes as `ce_*` headers; exactly one `traceparent`, without prefix; other headers as they are. */
export function toKafkaHeaders({ attributes, headers }: Message): Record<string, string> {
  const written: Record<string, string> = { ...headers };
  if (attributes['id']) written[contentTypeHeader] ??= defaultContentType;
  for (const name in attributes) written[headerOf(name)] = attributes[name]!;
  return written;
}

/** What a record carries, whoever wrote it: odd headers make an odd envelope, never an error. */
export function fromKafkaHeaders(raw: IHeaders = {}): Pick<Message, 'attributes' | 'headers'> {
  const attributes: Record<string, string> = {};
  const headers: Record<string, string> = {};
  for (const name in raw) {
    const value = raw[name];
    const attribute = attributeOf(name);
    if (!attribute) headers[name] = asText(value);
    else if (attribute !== 'datacontenttype' || asText(first(value)) !== defaultContentType)
      attributes[attribute] = asText(first(value));
  }
  return { attributes, headers };
}

function headerOf(attribute: string): string {
  return headerNames.get(attribute) ?? `${prefix}${attribute}`;
}

function attributeOf(name: string): string | undefined {
  return attributeNames.get(name) ?? (name.startsWith(prefix) ? name.slice(prefix.length) : undefined);
}

type HeaderValue = IHeaders[string];

const first = (value: HeaderValue): HeaderValue => (Array.isArray(value) ? value[0] : value);

/**
 * Headers are a map of text here and a list of bytes in Kafka: a repeated one becomes a JSON array of its values, and
 * bytes that are not UTF-8 become one character each. Dead letters do not pass through here but keep the bytes.
 */
function asText(value: HeaderValue): string {
  if (Array.isArray(value)) return JSON.stringify(value.map(asText));
  if (value === undefined || value === null) return '';
  return typeof value === 'string' ? value : textOf(value);
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** What replaces bytes that are not UTF-8; text that really holds it is decoded once more, strictly. */
const replacement = '\ufffd';

/** `toString` takes a third of the time of a strict decoder, and there are ten headers a message. */
function textOf(bytes: Buffer): string {
  const text = bytes.toString();
  if (!text.includes(replacement)) return text;
  try {
    return utf8.decode(bytes);
  } catch {
    return bytes.toString('latin1');
  }
}
