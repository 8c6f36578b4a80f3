import type { OutgoingMessage } from '@waybill/messaging';

/** A row as the relay reads it. */
export interface RelayRow {
  readonly number: string;
  readonly partition: number;
  readonly id: string;
  readonly address: string;
  readonly key: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
  readonly priority: number | null;
  /** How often the broker would not take it. */
  readonly refusals: number;
}

export function outgoing({ address, key, attributes, headers, body, priority }: RelayRow): OutgoingMessage {
  const message = { key, attributes, headers, body };
  return priority === null ? { address, message } : { address, message, priority };
}

/** What waits for what: rows of one key, whatever their address; a row without a key only for itself. */
export const queueOf = ({ key, number }: RelayRow): string => (key ? `key ${key}` : `row ${number}`);
