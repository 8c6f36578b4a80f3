import type { MessagingEvent } from '@waybill/messaging';

/** The log line of one kind of event; its `msg` is `message` and the kind. */
export interface MessagingLine {
  /** How loud: what happens to every message is a detail, what a person may have to act on is not. */
  readonly level: 'debug' | 'log' | 'warn' | 'error';
  /** All that it may carry. `origin` is where the delivery came from: address, partition, offset, redelivered, via. */
  readonly fields: readonly string[];
}

/** What lines of any kind have; `sometimes`: where there is a request, a span, or a part of the code that names itself. */
export const everyLine = {
  fields: ['level', 'time', 'service', 'msg'],
  sometimes: ['requestId', 'trace_id', 'span_id', 'context'],
} as const;

const aboutDelivery = ['broker', 'subscription', 'origin', 'messageId', 'type', 'subject'];
const line = (level: MessagingLine['level'], ...fields: string[]): MessagingLine => ({ level, fields });

/** Every line about messaging, by the kind of its event. */
export const messagingLines: Readonly<Record<MessagingEvent['kind'], MessagingLine>> = {
  handled: line('debug', ...aboutDelivery, 'outcome', 'elapsedMs', 'attempts'),
  duplicate: line('debug', ...aboutDelivery),
  published: line('debug', 'broker', 'count', 'refused', 'unknown', 'elapsedMs'),
  outbox: line('debug', 'rows', 'refused', 'oldestAgeMs', 'heldBackBy'),
  asked: line('debug', 'broker', 'queue', 'outcome'),
  transaction: line('debug', 'subscription', 'read', 'written', 'elapsedMs'),
  answeredLate: line('debug', 'broker'),
  connection: line('log', 'broker', 'state', 'because'),
  operation: line(
    'log',
    'broker',
    'subscription',
    'operation',
    'operationId',
    'messageId',
    'type',
    'subject',
    'actor',
  ),
  standing: line('log', 'subscription', 'state'),
  retryLater: line('warn', ...aboutDelivery, 'because', 'attempts', 'afterMs', 'where'),
  parked: line('warn', ...aboutDelivery),
  suspect: line('warn', 'subscription', 'messageId', 'deaths'),
  lost: line('warn', ...aboutDelivery, 'because'),
  passedOver: line('warn', ...aboutDelivery, 'because'),
  batchSplit: line('warn', 'subscription', 'size', 'because'),
  infrastructure: line('warn', 'subscription', 'because', 'waitMs'),
  publishFailed: line('warn', 'broker', 'status', 'because'),
  publishLost: line('warn', 'broker', 'address', 'count', 'because'),
  breaker: line('error', 'subscription', 'state', 'because'),
  wedged: line('error', 'subscription', 'because', 'remedy'),
  deadLettered: line('error', ...aboutDelivery, 'because', 'attempts', 'stack'),
};
