import { Module, type DynamicModule, type Type } from '@nestjs/common';
import { NestFactory, Reflector } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { tellLostSpansTo } from '@waybill/telemetry';
import type { Authentication } from '../authentication/authentication.js';
import { AuthenticationGuard } from '../authentication/authentication.guard.js';
import { addHooks, fastifyAdapter } from '../http/fastify-adapter.js';
import { serveOpenApi } from '../http/openapi.js';
import { ServiceLogger } from '../logging/service-logger.js';
import { ProblemFilter } from '../problems/problem-filter.js';
import { SchemaPipe } from '../problems/schema-pipe.js';
import { Drains } from './drains.js';
import { ServiceModule } from './service.module.js';
import { stopWithinGrace } from './stop-within-grace.js';

export interface ServiceOptions {
  /** In log lines and on the docs page. */
  readonly name: string;
  /** 0 takes any free one. */
  readonly port: number;
  /** Default 127.0.0.1. */
  readonly host?: string;
  /** Who may ask. Default: anybody, which `readSettings` lets pass on loopback only. */
  readonly authentication?: Authentication | undefined;
  readonly description?: string;
  /** Larger bodies are answered 413. Default 256 KiB. */
  readonly bodyLimitBytes?: number;
  /** How long SIGTERM may take. Default 25,000 ms, below the 30 s after which Kubernetes kills. */
  readonly graceMs?: number;
  /** Default: `LOG_LEVEL`, else `info`. */
  readonly logger?: ServiceLogger;
  /** Names of fields that the default logger hides, since they tell of a person. */
  readonly personal?: readonly string[];
  /** Connects microservice strategies; runs before any message or request is taken. */
  readonly connect?: (app: NestFastifyApplication) => void | Promise<void>;
}

export interface RunningService {
  readonly app: NestFastifyApplication;
  readonly url: string;
  readonly logger: ServiceLogger;
  /** Drains and closes; rejects when that failed or took longer than `graceMs`. */
  stop(): Promise<void>;
}

@Module({})
class Root {}

/** A service without the process around it, for tests and for `startService`. Listens when it resolves. */
export async function createService(
  module: Type | DynamicModule,
  options: ServiceOptions,
): Promise<RunningService> {
  const { port, host = '127.0.0.1', graceMs = 25_000 } = options;
  const logger = loggerOf(options);
  const app = await createApplication(module, options, logger);
  const drains = app.get(Drains);
  await options.connect?.(app);
  await app.startAllMicroservices();
  await app.listen(port, host);
  drains.register('http', () => closeServer(app));
  const url = await app.getUrl();
  return { app, url, logger, stop: () => stopWithinGrace(drains, () => app.close(), graceMs) };
}

export const loggerOf = ({
  name,
  personal,
  logger,
}: Pick<ServiceOptions, 'name' | 'personal' | 'logger'>): ServiceLogger =>
  logger ?? new ServiceLogger(name, process.env['LOG_LEVEL'], undefined, personal);

/** Put together, and not yet started. */
export async function createApplication(
  module: Type | DynamicModule,
  options: ServiceOptions,
  logger: ServiceLogger,
) {
  const adapter = fastifyAdapter(options.bodyLimitBytes ?? 262_144);
  const root = { module: Root, imports: [ServiceModule, module] };
  const app = await NestFactory.create<NestFastifyApplication>(root, adapter, {
    logger,
    bodyParser: false,
    abortOnError: false,
  });
  tellLostSpansTo(logger);
  addHooks(adapter, app.get(Drains));
  const { authentication } = options;
  if (authentication) app.useGlobalGuards(new AuthenticationGuard(authentication, app.get(Reflector)));
  app.useGlobalPipes(new SchemaPipe());
  app.useGlobalFilters(new ProblemFilter());
  serveOpenApi(app, options);
  return app;
}

/** Stops listening and resolves when the last answer is out; idle keep-alive connections are closed by Node. */
function closeServer(app: NestFastifyApplication): Promise<void> {
  return new Promise((resolve, reject) => {
    app.getHttpServer().close((error?: Error) => (error ? reject(error) : resolve()));
  });
}
