import type { LoggerService } from '@nestjs/common';
import { trace } from '@opentelemetry/api';
import { pino, type DestinationStream, type Logger } from 'pino';
import { requestContext } from './request-context.js';

/** Nest's own account of how it wired itself: of use to few, so it is logged as `debug`. */
const wiring = new Set([
  'InstanceLoader',
  'RoutesResolver',
  'RouterExplorer',
  'NestFactory',
  'NestApplication',
]);

/**
 * One JSON line on stdout per event: level, time, service, `requestId`, `trace_id` and `span_id` when there are any, context, msg.
 * An object as message keeps its fields: `logger.log({ msg: 'charged', chargeId })`. Lines are written at once, so
 * that the last one before a crash is there.
 */
export class ServiceLogger implements LoggerService {
  private readonly lines: Logger;

  /** `personal`: names of fields that tell of a person; wherever one stands in a line, `[personal]` does in its place. */
  constructor(
    service: string,
    level = 'info',
    destination: DestinationStream = pino.destination({ fd: 1, sync: true }),
    personal: readonly string[] = [],
  ) {
    const options = {
      level,
      base: { service },
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label: string) => ({ level: label }) },
      mixin: currentIds,
      redact: { paths: personal.flatMap(atAnyDepth), censor: '[personal]' },
    };
    this.lines = pino(options, destination);
  }

  log(message: unknown, context?: string): void {
    this.write(wiring.has(context ?? '') ? 'debug' : 'info', message, context);
  }

  /** Nest passes a stack between message and context. */
  error(message: unknown, ...rest: unknown[]): void {
    this.write('error', message, contextOf(rest), rest.length > 1 ? rest[0] : undefined);
  }

  warn(message: unknown, context?: string): void {
    this.write('warn', message, context);
  }

  debug(message: unknown, context?: string): void {
    this.write('debug', message, context);
  }

  verbose(message: unknown, context?: string): void {
    this.write('trace', message, context);
  }

  fatal(message: unknown, context?: string): void {
    this.write('fatal', message, context);
  }

  private write(level: Level, message: unknown, context?: string, stack?: unknown): void {
    this.lines[level]({ context, stack, ...fieldsOf(message) });
  }
}

/** pino has no wildcard for any depth; nobody logs deeper than this. */
const atAnyDepth = (field: string): string[] =>
  ['', '*.', '*.*.', '*.*.*.', '*.*.*.*.'].map((depth) => depth + field);

type Level = 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'fatal';

/** By OpenTelemetry's names for logs in other formats than its own. */
function currentIds(): { requestId?: string; trace_id?: string; span_id?: string } {
  const { traceId: trace_id, spanId: span_id } = trace.getActiveSpan()?.spanContext() ?? {};
  return { ...requestContext.getStore(), ...(trace_id && { trace_id, span_id }) };
}

function fieldsOf(message: unknown): object {
  if (message instanceof Error) return { msg: message.message, err: message };
  return typeof message === 'object' && message !== null ? message : { msg: String(message) };
}

function contextOf(rest: readonly unknown[]): string | undefined {
  const last = rest.at(-1);
  return typeof last === 'string' ? last : undefined;
}
