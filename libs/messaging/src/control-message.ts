import type { OutgoingMessage } from './broker.js';
import { isIndexable, isKeepable } from './keepable.js';
import { isUuid, readEnvelope, UndecodableError, writeEnvelope, type Message } from './message.js';
import { inletAddress } from './subscription-addresses.js';
import type { Subscription } from './subscription.js';
import { valuesInJson } from './values-in-json.js';

/** A message as it was set aside, in JSON: bytes are base64. */
export interface KeptMessage {
  readonly address: string;
  readonly key: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/**
 * What a person asks of one subscription about one message. The consumer carries it out, since it alone knows what it
 * has handled and which keys wait; it answers with a receipt. The same `operationId` again changes nothing.
 */
export interface ControlMessage {
  readonly operationId: string;
  /** `replay` runs the message again; `correct` too, with another body; `discard` gives it up. */
  readonly kind: 'replay' | 'correct' | 'discard';
  readonly messageId: string;
  readonly actor: string;
  readonly reason: string;
  /** ISO 8601, UTC. */
  readonly askedAt: string;
  /** As set aside; with `correct` its body is the new one. */
  readonly message: KeptMessage;
  /** `correct`: sha-256 of the body before, in hex. */
  readonly formerBodyHash?: string;
}

export const controlType = 'waybill.control';

/** To the inlet of the address the message was read from, under the message's own key. */
export function writeControl(control: ControlMessage, subscription: Subscription): OutgoingMessage {
  const { operationId, messageId, askedAt, message } = control;
  const attributes = writeEnvelope({
    id: operationId,
    type: controlType,
    source: '/waybill/operations',
    subject: messageId,
    time: askedAt,
    dataschema: 'urn:waybill:control:v1',
    sequence: 0,
  });
  const body = Buffer.from(JSON.stringify(control));
  return {
    address: inletAddress(subscription, message.address),
    message: { key: message.key, attributes, headers: {}, body },
  };
}

/**
 * What a control message may be at most, so that reading it neither stops the process for long nor fills its memory. It
 * carries a whole dead letter in base64, and the largest of those are RabbitMQ's: 16 MiB.
 */
const limits = { bytes: 24 * 1024 * 1024, values: 10_000 };

/** Throws an `UndecodableError` that names field and rule. */
export function readControl(message: Message): ControlMessage {
  const { type } = readEnvelope(message);
  if (type !== controlType) throw new UndecodableError(`an inlet takes ${controlType}, not "${type}"`);
  const control = parsed(message.body) as unknown as ControlMessage;
  const broken = rules.find(([holds]) => !holds(control));
  if (broken) throw new UndecodableError(`control message: ${broken[1]}`);
  return {
    ...control,
    operationId: control.operationId.toLowerCase(),
    messageId: control.messageId.toLowerCase(),
  };
}

/** The message itself again, bytes and all. */
export function keptAsMessage({ key, attributes, headers, body }: KeptMessage): Message {
  return { key, attributes, headers, body: Buffer.from(body, 'base64') };
}

type Rule = readonly [holds: (control: ControlMessage) => boolean, rule: string];

/** What is let through is written to a database: anything it refuses would be tried again for ever. */
const rules: readonly Rule[] = [
  ...(['operationId', 'messageId', 'actor', 'reason', 'askedAt'] as const).map((name): Rule => [
    (control) => isText(control[name]) && control[name] !== '',
    `"${name}" must be a text, without NUL or half a surrogate pair`,
  ]),
  ...(['operationId', 'messageId'] as const).map((name): Rule => [
    (control) => isUuid(control[name]),
    `"${name}" must be a UUID`,
  ]),
  [({ askedAt }) => isInstant(askedAt), '"askedAt" must be ISO 8601'],
  [({ kind }) => kinds.has(kind), '"kind" must be replay, correct, discard'],
  [
    ({ formerBodyHash: hash }) => hash === undefined || /^[0-9a-f]{64}$/i.test(String(hash)),
    '"formerBodyHash" must be sha-256 in hex',
  ],
  [
    ({ message }) => isKept(message),
    '"message" must hold address, key, attributes, headers and body, in texts',
  ],
  [
    ({ message, messageId }) => message.attributes['id']?.toLowerCase() === messageId.toLowerCase(),
    '"messageId" must be the id of "message"',
  ],
];

const kinds = new Set(['replay', 'correct', 'discard']);

const isText = (value: unknown): boolean => typeof value === 'string' && isKeepable(value);

const isInstant = (text: string): boolean =>
  /^\d{4}-\d\d-\d\dT/.test(text) && !Number.isNaN(Date.parse(text));

function parsed(body: Uint8Array): Record<string, unknown> {
  if (body.byteLength > limits.bytes)
    throw new UndecodableError(
      `control message: body of ${body.byteLength} bytes is above the limit of ${limits.bytes}`,
    );
  if (valuesInJson(body) > limits.values)
    throw new UndecodableError(`control message: body has more values than the limit of ${limits.values}`);
  try {
    const value: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body));
    if (typeof value === 'object' && value !== null) return value as Record<string, unknown>;
  } catch {
    // Without its cause: what V8 says about JSON quotes the text, and failures are logged.
    throw new UndecodableError('control message: the body is not JSON in UTF-8');
  }
  throw new UndecodableError('control message: the body is not an object');
}

/** Headers and attributes are kept as they came, as JSON: only they may hold NUL. */
function isKept(kept: KeptMessage | null | undefined): boolean {
  return (
    typeof kept === 'object' &&
    kept !== null &&
    [kept.address, kept.key].every(isText) &&
    isIndexable(kept.address) &&
    typeof kept.body === 'string' &&
    [kept.attributes, kept.headers].every(isOfTexts)
  );
}

const isOfTexts = (map: unknown): boolean =>
  typeof map === 'object' && map !== null && Object.values(map).every((value) => typeof value === 'string');
