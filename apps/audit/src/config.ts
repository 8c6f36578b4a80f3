import {
  httpSettings,
  kafkaSettings,
  rabbitmqSettings,
  setting,
  telemetrySettings,
} from '@waybill/service-kit';
import { z } from 'zod';

/** Retries after 5 s, 30 s and 5 min, and a minute for what waits beside them: until then a message may still come. */
const wholeRetrySpanMs = 5_000 + 30_000 + 300_000 + 60_000;

/** All that the audit service reads from its environment. */
export const auditSettings = z.object({
  PORT: setting.port().default(3003).describe('The port of its HTTP API.'),
  ...httpSettings,
  ...telemetrySettings,
  DATABASE_URL: setting
    .postgresUrl()
    .describe('Its own database; `?sslmode=verify-full&sslrootcert=FILE` for TLS.'),
  ...kafkaSettings,
  ...rabbitmqSettings,
  JAEGER_URL: setting
    .httpUrl()
    .optional()
    .describe('Where a browser finds Jaeger: journeys link each step to its span there.'),
  AUDIT_HEAD_INTERVAL_MS: setting
    .durationMs(100)
    .default(60_000)
    .describe('Between two publications of where the chain ends.'),
  RECONCILIATION_GRACE_MS: setting
    .durationMs()
    .default(wholeRetrySpanMs)
    .describe('How long a message may be seen on one rail only: the whole span of retries, and a minute.'),
});

export type AuditSettings = z.output<typeof auditSettings>;
