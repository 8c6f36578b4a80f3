import type { DynamicModule, Type } from '@nestjs/common';
import { endTelemetry } from '@waybill/telemetry';
import type { ServiceLogger } from '../logging/service-logger.js';
import { createService, loggerOf, type RunningService, type ServiceOptions } from './create-service.js';

/**
 * Runs a service as this process: the last line of every `main.ts`. It ends with code 0 once drained after SIGTERM or
 * SIGINT; with code 1 when it cannot start, when the drain fails or outlives the grace period, and on an error that
 * nobody caught, each with one log line saying so.
 */
export async function startService(
  module: Type | DynamicModule,
  options: ServiceOptions,
): Promise<RunningService> {
  const logger = loggerOf(options);
  endOnUncaught(logger);
  try {
    const service = await createService(module, { ...options, logger });
    endOnSignal(service);
    logger.log({ msg: 'listening', url: service.url });
    return service;
  } catch (error) {
    return end(logger, 'cannot start', explain(error, options));
  }
}

function endOnUncaught(logger: ServiceLogger): void {
  process.on('unhandledRejection', (error) => end(logger, 'unhandled rejection', error));
  process.on('uncaughtException', (error) => end(logger, 'uncaught exception', error));
}

/** Later signals change nothing: Ctrl-C reaches a whole process group, and a supervisor then repeats it. */
function endOnSignal(service: RunningService): void {
  let ending: Promise<void> | undefined;
  const onSignal = (signal: NodeJS.Signals) => (ending ??= stopAndEnd(service, signal));
  process.on('SIGTERM', onSignal);
  process.on('SIGINT', onSignal);
}

async function stopAndEnd({ logger, stop }: RunningService, signal: NodeJS.Signals): Promise<void> {
  logger.log({ msg: 'draining', signal });
  try {
    await stop();
  } catch (error) {
    end(logger, 'not drained', error);
  }
  await endTelemetry();
  logger.log('drained');
  process.exit(0);
}

function end(logger: ServiceLogger, msg: string, error: unknown): never {
  logger.fatal({ msg, err: error });
  process.exit(1);
}

function explain(error: unknown, { port, host = '127.0.0.1' }: ServiceOptions): unknown {
  if ((error as { code?: unknown }).code !== 'EADDRINUSE') return error;
  const fix = `stop the program that listens there, or set PORT to a free port`;
  return new Error(`port ${port} on ${host} is taken: ${fix}`, { cause: error });
}
