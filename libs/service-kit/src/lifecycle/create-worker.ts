import type { DynamicModule, Type } from '@nestjs/common';
import type { ServiceLogger } from '../logging/service-logger.js';
import { createApplication, loggerOf, type ServiceOptions } from './create-service.js';
import { Drains } from './drains.js';
import { stopWithinGrace } from './stop-within-grace.js';

export type WorkerOptions = Omit<ServiceOptions, 'port' | 'host' | 'description' | 'bodyLimitBytes'>;

export interface Worker {
  readonly logger: ServiceLogger;
  /** Drains and closes; rejects when that failed or took longer than `graceMs`. */
  stop(): Promise<void>;
}

/** A service that listens to nobody: for a process that is called instead, such as a function. Runs when it resolves. */
export async function createWorker(module: Type | DynamicModule, options: WorkerOptions): Promise<Worker> {
  const { graceMs = 25_000 } = options;
  const logger = loggerOf(options);
  const app = await createApplication(module, { ...options, port: 0 }, logger);
  await options.connect?.(app);
  await app.startAllMicroservices();
  await app.init();
  return { logger, stop: () => stopWithinGrace(app.get(Drains), () => app.close(), graceMs) };
}
