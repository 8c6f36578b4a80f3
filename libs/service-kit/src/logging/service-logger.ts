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
 * One JSON line on stdout per event: level, time, service, `requestId` and `traceId` when there is one, context, msg.
 * An object as message keeps its fields: `logger.log({ msg: 'charged', chargeId })`. Lines are written at once, so
 * that the last one before a crash is there.
 */
export class ServiceLogger implements LoggerService {
  private readonly lines: Logger;

  constructor(
    service: string,
    level = 'info',
    destination: DestinationStream = pino.destination({ fd: 1, sync: true }),
  ) {
    const options = {
      level,
      base: { service },
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label: string) => ({ level: label }) },
      mixin: currentIds,
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

type Level = 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'fatal';

function currentIds(): { requestId?: string; traceId?: string } {
  return { ...requestContext.getStore(), traceId: trace.getActiveSpan()?.spanContext().traceId };
}

function fieldsOf(message: unknown): object {
  if (message instanceof Error) return { msg: message.message, err: message };
  return typeof message === 'object' && message !== null ? message : { msg: String(message) };
}

function contextOf(rest: readonly unknown[]): string | undefined {
  const last = rest.at(-1);
  return typeof last === 'string' ? last : undefined;
}
