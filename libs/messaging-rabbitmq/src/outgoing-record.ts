import type { OutgoingMessage } from '@waybill/messaging';
import type { Options } from 'amqplib';
import { toProperties } from './headers.js';

/** One publish as AMQP sees it. */
export interface OutgoingRecord {
  /** Empty: the default exchange, whose routing keys are queues' names. */
  readonly exchange: string;
  readonly routingKey: string;
  readonly body: Buffer;
  readonly properties: Options.Publish;
}

/** `exchange/routing.key`, or a queue's name. */
export function toRecord({ address, message, priority }: OutgoingMessage): OutgoingRecord {
  const slash = address.indexOf('/');
  return {
    exchange: slash < 0 ? '' : address.slice(0, slash),
    routingKey: address.slice(slash + 1),
    body: asBuffer(message.body),
    properties: { ...toProperties(message), ...(priority !== undefined && { priority }) },
  };
}

/** A view on the same bytes. */
function asBuffer({ buffer, byteOffset, byteLength }: Uint8Array): Buffer {
  return Buffer.from(buffer, byteOffset, byteLength);
}
