import type { MessagingEvent, MessagingEvents } from '@waybill/messaging';
import { messagingLines, type MessagingLine } from './registry/messaging-lines.js';

/** The part of a logger that is needed here; Nest's `LoggerService` has it. */
export type LineWriter = Record<MessagingLine['level'], (fields: object) => void>;

/** Derives log lines from messaging's events; the only place that words them. */
export function messagingLog(lines: LineWriter): MessagingEvents {
  return { emit: (event) => lines[messagingLines[event.kind].level](lineOf(event)) };
}

function lineOf({ kind, ...event }: MessagingEvent): object {
  const { envelope, failure, ...rest } = event as Partial<Extract<MessagingEvent, { kind: 'deadLettered' }>>;
  return {
    msg: `message ${kind}`,
    ...rest,
    ...(envelope && { messageId: envelope.id, type: envelope.type, subject: envelope.subject }),
    ...(failure && { because: failure.because, attempts: failure.attempts, stack: failure.stack }),
  };
}
