import type { MessagingEvent, MessagingEvents } from '@waybill/messaging';
import { messagingLines, type MessagingLine } from './registry/messaging-lines.js';

/** The part of a logger that is needed here; Nest's `LoggerService` has it. */
export type LineWriter = Record<MessagingLine['level'], (fields: object) => void>;

/** Derives log lines from messaging's events; the only place that words them. */
export function messagingLog(lines: LineWriter): MessagingEvents {
  return { emit: (event) => lines[messagingLines[event.kind].level](lineOf(event)) };
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
