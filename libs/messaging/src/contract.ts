import type { Message } from './message.js';

/**
 * The agreed shape of one type of message. `decode` and `encode` are the only places where bytes become payload;
 * `decode` throws an `UndecodableError` that names field and rule, `encode` an `UnencodableError` or the schema's own error.
 */
export interface Contract<Payload = unknown> {
  /** CloudEvents type, such as `order.created`; `*` takes every type undecoded. */
  readonly type: string;
  readonly dataschema: string;
  decode(message: Message): Payload;
  encode(payload: Payload): Uint8Array;
  /** Texts of the message that tell of a person, as far as it can be read; never to be logged. Absent: it has none. */
  personal?(message: Message): readonly string[];
}

export type PayloadOf<C> = C extends Contract<infer Payload> ? Payload : never;

/** Takes every type of an address as it came: for readers that keep bytes, such as the audit. */
export const anyMessage: Contract<Uint8Array> = {
  type: '*',
  dataschema: '',
  decode: ({ body }) => body,
  encode: (body) => body,
};
