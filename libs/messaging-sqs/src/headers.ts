import type { Message as SqsMessage, MessageAttributeValue } from '@aws-sdk/client-sqs';
import { failureHeaderNames, type Message } from '@waybill/messaging';
import { isSendable, readBody, sendableJson, writeBody } from './body-text.js';

/**
 * SQS takes ten attributes, and they count towards the size: the envelope, the headers and the failure are one JSON text
 * each. `EventType` and `traceparent` stand alone, since filters and tracing tools read them.
 */
const names = {
  eventType: 'EventType',
  traceparent: 'traceparent',
  envelope: 'envelope',
  headers: 'headers',
  failure: 'failure',
  encoding: 'BodyEncoding',
} as const;
const ours = new Set<string>(Object.values(names));
const failureNames = new Set<string>(failureHeaderNames);

/** What SQS accepts as a group's or a deduplication's name. */
const acceptable = /^[\w!"#$%&'()*+,\-./:;<=>?@[\\\]^`{|}~]{1,128}$/;

type Attributes = Record<string, MessageAttributeValue>;
type Texts = Readonly<Record<string, string>>;

/** Body and attributes of a message on its way out. */
export interface SqsContent {
  readonly MessageBody: string;
  readonly MessageAttributes: Attributes;
  /** As SQS counts: body, names, types and values. */
  readonly bytes: number;
}

export function toContent({ key, attributes, headers, body }: Message): SqsContent {
  const { text, encoding } = writeBody(body);
  const { traceparent: said = headers['traceparent'] ?? '', ...others } = attributes;
  const traceparent = isSendable(said) ? said : undefined;
  const envelope = traceparent === undefined ? { ...others, traceparent: said } : others;
  const { traceparent: _, ...plain } = headers;
  const failure = picked(plain, (name) => failureNames.has(name));
  const rest = picked(plain, (name) => !failureNames.has(name));
  const texts: Record<string, string | undefined> = {
    [names.eventType]: attributes['type'] && pascalCase(attributes['type']),
    [names.traceparent]: traceparent,
    [names.envelope]: sendableJson({ key, ...envelope }),
    [names.headers]: nonEmptyJson(rest),
    [names.failure]: nonEmptyJson(failure),
    [names.encoding]: encoding === 'base64' ? encoding : undefined,
  };
  const MessageAttributes: Attributes = {};
  let bytes = Buffer.byteLength(text);
  for (const [name, value] of Object.entries(texts)) {
    if (!value) continue;
    MessageAttributes[name] = { DataType: 'String', StringValue: value };
    bytes += name.length + 'String'.length + Buffer.byteLength(value);
  }
  return { MessageBody: text, MessageAttributes, bytes };
}

/** What a delivery carries, whoever wrote it: absent or odd attributes make an empty envelope, never an error. */
export function toMessage({ Body = '', MessageAttributes = {}, Attributes = {} }: SqsMessage): Message {
  const text = (name: string): string | undefined => MessageAttributes[name]?.StringValue;
  const { key, ...envelope } = textsOf(text(names.envelope));
  const traceparent = text(names.traceparent);
  return {
    key: key ?? Attributes.MessageGroupId ?? '',
    attributes: { ...envelope, ...(traceparent && { traceparent }) },
    headers: {
      ...foreign(MessageAttributes, Object.keys(envelope).length > 0),
      ...textsOf(text(names.headers)),
      ...textsOf(text(names.failure)),
    },
    body: readBody(Body, text(names.encoding)),
  };
}

/** A name that SQS can take: the text itself where it can, else its hash. */
export const nameOf = (text: string, hash: (text: string) => string): string =>
  acceptable.test(text) ? text : `sha256:${hash(text)}`;

/** What fails again, after a retry or a replay, within SQS's five minutes is another one. */
export const nameOfFailed = (id: string, headers: Texts): string =>
  [id, headers['waybill-attempts'] ?? '', headers['waybill-operation'] ?? ''].join('.');

/** `order.confirmed` → `OrderConfirmed`. */
export function pascalCase(type: string): string {
  return type
    .split(/[^A-Za-z0-9]+/)
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join('');
}

/** Attributes that somebody else wrote; binary ones as base64. An `EventType` without an envelope is theirs too. */
function foreign(attributes: Attributes, hasEnvelope: boolean): Record<string, string> {
  const theirs = Object.entries(attributes).filter(
    ([name]) => !ours.has(name) || (name === names.eventType && !hasEnvelope),
  );
  return Object.fromEntries(theirs.map(([name, value]) => [name, valueOf(value)]));
}

function valueOf({ StringValue, BinaryValue }: MessageAttributeValue): string {
  return StringValue ?? Buffer.from(BinaryValue ?? []).toString('base64');
}

/** A JSON object's entries as texts; anything else is none. */
function textsOf(json: string | undefined): Record<string, string> {
  if (!json) return {};
  try {
    const value: unknown = JSON.parse(json);
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return {};
    return Object.fromEntries(
      Object.entries(value).map(([name, each]) => [
        name,
        typeof each === 'string' ? each : JSON.stringify(each),
      ]),
    );
  } catch {
    return {};
  }
}

function picked(texts: Texts, wanted: (name: string) => boolean): Texts {
  return Object.fromEntries(Object.entries(texts).filter(([name]) => wanted(name)));
}

function nonEmptyJson(texts: Texts): string | undefined {
  return Object.keys(texts).length > 0 ? sendableJson(texts) : undefined;
}
