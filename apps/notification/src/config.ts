import { claims } from '@waybill/contracts';
import {
  awsSettings,
  httpSettings,
  kafkaSettings,
  redisSettings,
  setting,
  telemetrySettings,
} from '@waybill/service-kit';
import { z } from 'zod';

/** All that the notification service reads from its environment. */
export const notificationSettings = z.object({
  PORT: setting.port().default(3004).describe('The port of its HTTP API.'),
  ...httpSettings,
  ...telemetrySettings,
  DATABASE_URL: setting
    .postgresUrl()
    .describe('Its own database; `?sslmode=verify-full&sslrootcert=FILE` for TLS.'),
  ...kafkaSettings,
  ...redisSettings,
  ...awsSettings,
  CLAIMS_BUCKET: setting.text().default(claims.bucket).describe('The S3 bucket of invoices and images.'),
  SMTP_URL: setting.smtpUrl().describe('The mail server; smtps:// for TLS.'),
  MAIL_FROM: setting.text().default('Waybill <orders@example.com>').describe('The sender of every mail.'),
  SMTP_TIMEOUT_MS: setting
    .durationMs(1, 20_000)
    .default(10_000)
    .describe('After this long a mail is tried again later.'),
  MAIL_LEASE_MS: setting
    .durationMs(1_000, 3_600_000)
    .default(120_000)
    .describe('How long a process that died keeps others from the mails it was about to send.'),
  SQS_WAIT_SECONDS: setting.count(0, 20).default(20).describe('The longest wait of one receive.'),
  SQS_VISIBILITY_SECONDS: setting
    .count(1, 43_200)
    .default(120)
    .describe('How long SQS keeps what was received from others.'),
});

export type NotificationSettings = z.output<typeof notificationSettings>;
