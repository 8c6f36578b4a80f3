import type { Message as AmqpMessage, MessageProperties, Options } from 'amqplib';
import { traceHeaders } from '@waybill/messaging';
import { withoutBrokersOwn } from '../headers.js';
import { RemoteError } from '../rabbitmq.errors.js';
import type { RpcRequest } from './rpc.js';

/** RabbitMQ's pseudo-queue: answers go straight to the channel that asked, through no queue (direct reply-to). */
export const directReplyTo = 'amq.rabbitmq.reply-to';

const answerByHeader = 'waybill-answer-by';
const typeHeader = 'exception.type';
const messageHeader = 'exception.message';
const longestText = 1_024;

/**
 * `expiration`: the broker drops what nobody takes in time. `waybill-answer-by` is for the rest of the way, the server's
 * socket and memory; it is the caller's clock, so clocks must agree better than the limit is long.
 */
export function requestProperties(
  correlationId: string,
  { headers, limitMs }: RpcRequest,
  answerByMs: number,
): Options.Publish {
  return {
    mandatory: true,
    persistent: false,
    contentType: 'application/json',
    replyTo: directReplyTo,
    messageId: correlationId,
    correlationId,
    expiration: String(limitMs),
    headers: { ...traceHeaders(), ...headers, [answerByHeader]: new Date(answerByMs).toISOString() },
  };
}

/** Until when this caller waits; a foreign one may not say. */
export function answerByMs({ headers }: MessageProperties): number {
  const ms = Date.parse(String(headers?.[answerByHeader] ?? ''));
  return Number.isNaN(ms) ? Infinity : ms;
}

export function requestHeaders({ headers }: MessageProperties): Record<string, string> {
  const own = Object.entries(withoutBrokersOwn(headers)).filter(([name]) => name !== answerByHeader);
  return Object.fromEntries(own.map(([name, value]) => [name, String(value)]));
}

export function answerProperties(correlationId: unknown): Options.Publish {
  return { persistent: false, contentType: 'application/json', correlationId: String(correlationId ?? '') };
}

/** A failure has no body; its headers have OpenTelemetry's names, as those of dead letters do. */
export function failureProperties(correlationId: unknown, failure: unknown): Options.Publish {
  const { type, message } = described(failure);
  const headers = { [typeHeader]: type, [messageHeader]: message.slice(0, longestText) };
  return { ...answerProperties(correlationId), headers };
}

/** What the other side failed with; nothing when the reply is an answer. */
export function failureIn({ properties }: AmqpMessage): RemoteError | undefined {
  const type: unknown = properties.headers?.[typeHeader];
  if (type === undefined) return undefined;
  return new RemoteError(String(type), String(properties.headers?.[messageHeader] ?? ''));
}

function described(failure: unknown): { readonly type: string; readonly message: string } {
  if (!(failure instanceof Error)) return { type: typeof failure, message: String(failure) };
  return { type: failure.constructor.name, message: failure.message };
}
