import type { MessagingEvent, MessagingEvents } from '@waybill/messaging';

type Level = 'debug' | 'log' | 'warn' | 'error';

/** The part of a logger that is needed here; Nest's `LoggerService` has it. */
export type LineWriter = Record<Level, (fields: object) => void>;

/** How loud each event is: what happens to every message is a detail, what a person may have to act on is not. */
const levels: Record<MessagingEvent['kind'], Level> = {
  handled: 'debug',
  duplicate: 'debug',
  published: 'debug',
  asked: 'debug',
  transaction: 'debug',
  answeredLate: 'debug',
  connection: 'log',
  operation: 'log',
  standing: 'log',
  retryLater: 'warn',
  parked: 'warn',
  suspect: 'warn',
  lost: 'warn',
  passedOver: 'warn',
  batchSplit: 'warn',
  infrastructure: 'warn',
  publishFailed: 'warn',
  publishLost: 'warn',
  breaker: 'error',
  wedged: 'error',
  deadLettered: 'error',
};

/** Derives log lines from messaging's events; the only place that words them. */
export function messagingLog(lines: LineWriter): MessagingEvents {
  return { emit: (event) => lines[levels[event.kind]](lineOf(event)) };
}

type Event<Kind> = Omit<Extract<MessagingEvent, { kind: Kind }>, 'kind'>;
type Told = Event<'deadLettered'> & Event<'parked'>;

/** OpenTelemetry's names in logs that are no OTLP. */
export const traceFields = (traceparent = ''): object => {
  const [, trace_id, span_id] = traceparent.split('-');
  return trace_id && span_id ? { trace_id, span_id } : {};
};

/** In the trace of what it tells of: that of the run that ended so, else of the message's creation. */
function lineOf({ kind, ...event }: MessagingEvent): object {
  const { envelope, failure, attempt, behind: _, ...rest } = event as Partial<Told>;
  return {
    msg: `message ${kind}`,
    ...rest,
    ...traceFields(attempt ?? envelope?.traceparent),
    ...(envelope && { messageId: envelope.id, type: envelope.type, subject: envelope.subject }),
    ...(failure && { because: failure.because, attempts: failure.attempts, stack: failure.stack }),
  };
}
