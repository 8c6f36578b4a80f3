import { claims } from '@waybill/contracts';
import { awsSettings, httpSettings, kafkaSettings, redisSettings, setting } from '@waybill/service-kit';
import { z } from 'zod';

/** All that the notification service reads from its environment. */
export const notificationSettings = z.object({
  PORT: setting.port().default(3004),
  ...httpSettings,
  DATABASE_URL: setting.postgresUrl(),
  ...kafkaSettings,
  ...redisSettings,
  ...awsSettings,
  CLAIMS_BUCKET: setting.text().default(claims.bucket),
  SMTP_URL: setting.smtpUrl(),
  MAIL_FROM: setting.text().default('Waybill <orders@example.com>'),
  SMTP_TIMEOUT_MS: setting.durationMs(1, 20_000).default(10_000),
  /** How long a process that died keeps others from the mails it was about to send. */
  MAIL_LEASE_MS: setting.durationMs(1_000, 3_600_000).default(120_000),
  /** Longest wait of one receive. */
  SQS_WAIT_SECONDS: setting.count(0, 20).default(20),
  /** How long it keeps them from others, as SQS sees it. */
  SQS_VISIBILITY_SECONDS: setting.count(1, 43_200).default(120),
});

export type NotificationSettings = z.output<typeof notificationSettings>;
