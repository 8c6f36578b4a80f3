import { isIndexable, isKeepable, longestIndexedBytes } from './keepable.js';
import { MessagingError } from './messaging.errors.js';

/**
 * What travels: bytes with a key and CloudEvents 1.0 attributes, the same for every broker.
 * `attributes` hold the envelope by its CloudEvents names without a broker's prefix; `headers` hold all else.
 */
export interface Message {
  /** Messages of one key keep their order. Empty when the message belongs to no key. */
  readonly key: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

/** CloudEvents 1.0 plus `sequence` (per key and address, +1) and at most one W3C `traceparent`. */
export interface Envelope {
  /** UUIDv7, or UUIDv8 where it is derived; the same on every rail and in every copy. */
  readonly id: string;
  readonly type: string;
  readonly source: string;
  readonly subject: string;
  /** ISO 8601, UTC. */
  readonly time: string;
  readonly dataschema: string;
  readonly sequence: number;
  readonly traceparent?: string;
}

const required = ['id', 'type', 'source', 'subject', 'time', 'dataschema', 'sequence'] as const;
/** As RFC 9562 has it, since readers of what is told about a message take nothing else. */
const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[1-8][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/i;

export const isUuid = (text: string): boolean => uuid.test(text);

/**
 * Reads the envelope; an `UndecodableError` names the attribute and the rule. What no database keeps is none: it could
 * neither be parked nor told of.
 */
export function readEnvelope({ attributes }: Message): Envelope {
  for (const name of required) {
    const value = attributes[name];
    if (!value) throw new UndecodableError(`attribute "${name}" is missing`);
    if (!isKeepable(value))
      throw new UndecodableError(`attribute "${name}" must be a text without NUL or half a surrogate pair`);
    if (!isIndexable(value))
      throw new UndecodableError(`attribute "${name}" has more than ${longestIndexedBytes} bytes`);
  }
  const { id, type, source, subject, time, dataschema, traceparent } = attributes as Record<string, string>;
  const sequence = Number(attributes['sequence']);
  if (!isUuid(id!)) throw new UndecodableError(`attribute "id" is not a UUID: ${id!.slice(0, 80)}`);
  if (Number.isNaN(Date.parse(time!))) throw new UndecodableError(`attribute "time" is not ISO 8601`);
  if (!Number.isSafeInteger(sequence)) throw new UndecodableError('attribute "sequence" is not an integer');
  return {
    id: id!.toLowerCase(),
    type: type!,
    source: source!,
    subject: subject!,
    time: time!,
    dataschema: dataschema!,
    sequence,
    ...(traceparent && isKeepable(traceparent) && isIndexable(traceparent) && { traceparent }),
  };
}

/** The envelope as attributes: every value a string, absent ones left out. */
export function writeEnvelope(envelope: Envelope): Record<string, string> {
  const { traceparent, sequence, ...rest } = envelope;
  return {
    specversion: '1.0',
    ...rest,
    sequence: String(sequence),
    ...(traceparent && { traceparent }),
  };
}

/** Bytes that no retry can make readable; the message goes to its dead-letter address unchanged. */
export class UndecodableError extends MessagingError {
  constructor(reason: string, options?: ErrorOptions) {
    super('WAYBILL_UNDECODABLE', reason, { ...options, kind: 'fatal' });
  }
}

/** What a contract does not let out: no reader would take it, and the same again makes the same. */
export class UnencodableError extends MessagingError {
  constructor(reason: string, options?: ErrorOptions) {
    super('WAYBILL_UNENCODABLE', reason, { ...options, kind: 'fatal' });
  }
}
