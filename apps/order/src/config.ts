import { claims } from '@waybill/contracts';
import { awsSettings, httpSettings, kafkaSettings, rabbitmqSettings, setting } from '@waybill/service-kit';
import { z } from 'zod';
import { backpressureSettings, slowsBeforeItSheds } from './backpressure/backpressure.config.js';

/** All that the order service reads from its environment. */
export const orderSettings = z
  .object({
    PORT: setting.port().default(3001),
    ...httpSettings,
    DATABASE_URL: setting.postgresUrl(),
    ...kafkaSettings,
    ...rabbitmqSettings,
    ...awsSettings,
    CLAIMS_BUCKET: setting.text().default(claims.bucket),
    /** Orders pending for longer are asked about again each minute. */
    EXPIRY_SWEEP_AGE_MS: setting.durationMs(1_000).default(20 * 60_000),
    EXPIRY_SWEEP_INTERVAL_MS: setting.durationMs(100).default(60_000),
    ...backpressureSettings,
  })
  .refine(...slowsBeforeItSheds('OUTBOX_AGE_MS'))
  .refine(...slowsBeforeItSheds('OUTBOX_ROWS'))
  .refine(...slowsBeforeItSheds('QUEUE_DEPTH'));

export type OrderSettings = z.output<typeof orderSettings>;
