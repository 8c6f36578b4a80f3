export { AuthenticationGuard, ForCustomers, RequestCaller } from './authentication/authentication.guard.js';
export { Authentication, type AuthenticationOptions } from './authentication/authentication.js';
export { Caller, type Role } from './authentication/caller.js';
export { DATABASE, DatabaseModule, type DatabaseModuleOptions } from './database/database.module.js';
export { migrationsApplied } from './database/migrations-applied.js';
export { postgresAdapter, type PostgresOptions } from './database/postgres-adapter.js';
export {
  prismaDatabase,
  type PrismaClientShape,
  type PrismaDatabase,
  type RawSql,
} from './database/prisma-database.js';
export { Health, type CheckResult, type HealthCheck } from './health/health.js';
export { reportBrokers } from './health/report-brokers.js';
export { watchDeliveries } from './health/watch-deliveries.js';
export { TakesBytes, type BytesTaken } from './http/takes-bytes.js';
export { uuidV7 } from './identity/uuid-v7.js';
export { createService, type RunningService, type ServiceOptions } from './lifecycle/create-service.js';
export { createWorker, type Worker, type WorkerOptions } from './lifecycle/create-worker.js';
export { Drains, type Drain } from './lifecycle/drains.js';
export { Repeats } from './lifecycle/repeats.js';
export { startService } from './lifecycle/start-service.js';
export { ServiceLogger } from './logging/service-logger.js';
export { actorName, HeaderValue, idempotencyKey } from './problems/header-value.js';
export { Problem, problem, type FieldError, type ProblemFields } from './problems/problem.js';
export { PostgresError, SettingsError } from './service-kit.errors.js';
export { awsOf, awsSettings } from './settings/aws-settings.js';
export { readSettings, settingsOrExit } from './settings/read-settings.js';
export {
  kafkaConnection,
  kafkaSettings,
  rabbitmqConnection,
  rabbitmqSettings,
  redisConnection,
  redisSettings,
} from './settings/connection-settings.js';
export { httpOptions, httpSettings } from './settings/http-settings.js';
export { setting } from './settings/setting-fields.js';
export { telemetrySettings } from './settings/telemetry-settings.js';
