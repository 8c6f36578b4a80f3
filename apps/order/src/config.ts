import { claims } from '@waybill/contracts';
import {
  awsSettings,
  httpSettings,
  kafkaSettings,
  rabbitmqSettings,
  setting,
  telemetrySettings,
} from '@waybill/service-kit';
import { z } from 'zod';

/** From `SLOW` on, orders wait before they are taken; from `SHED` on, they are answered 503. */
const backpressureSettings = {
  BACKPRESSURE_SLOW_OUTBOX_AGE_MS: setting
    .durationMs(1)
    .default(5_000)
    .describe('Orders wait when the oldest message in the outbox has waited this long.'),
  BACKPRESSURE_SHED_OUTBOX_AGE_MS: setting
    .durationMs(1)
    .default(30_000)
    .describe('Orders are answered 503 when the oldest message in the outbox has waited this long.'),
  BACKPRESSURE_SLOW_OUTBOX_ROWS: setting
    .count(1, 100_000_000)
    .default(20_000)
    .describe('Orders wait when the outbox has this many rows; an order is three at first.'),
  BACKPRESSURE_SHED_OUTBOX_ROWS: setting
    .count(1, 100_000_000)
    .default(100_000)
    .describe('Orders are answered 503 when the outbox has this many rows.'),
  BACKPRESSURE_SLOW_QUEUE_DEPTH: setting
    .count(1, 100_000_000)
    .default(5_000)
    .describe('Orders wait when this many have their stock still to be reserved.'),
  BACKPRESSURE_SHED_QUEUE_DEPTH: setting
    .count(1, 100_000_000)
    .default(20_000)
    .describe('Orders are answered 503 when this many have their stock still to be reserved.'),
  BACKPRESSURE_LONGEST_DELAY_MS: setting
    .durationMs(1, 10_000)
    .default(1_000)
    .describe(
      'The wait of an order when shedding is near. Far below the patience of clients, and of a drain.',
    ),
};

/** All that the order service reads from its environment. */
export const orderSettings = z
  .object({
    PORT: setting.port().default(3001).describe('The port of its HTTP API.'),
    ...httpSettings,
    ...telemetrySettings,
    DATABASE_URL: setting
      .postgresUrl()
      .describe('Its own database; `?sslmode=verify-full&sslrootcert=FILE` for TLS.'),
    ...kafkaSettings,
    ...rabbitmqSettings,
    ...awsSettings,
    CLAIMS_BUCKET: setting.text().default(claims.bucket).describe('The S3 bucket of invoices and images.'),
    EXPIRY_SWEEP_AGE_MS: setting
      .durationMs(1_000)
      .default(20 * 60_000)
      .describe('Orders pending for longer are asked about again.'),
    EXPIRY_SWEEP_INTERVAL_MS: setting.durationMs(100).default(60_000).describe('Between two looks for them.'),
    ...backpressureSettings,
  })
  .refine(...slowsBeforeItSheds('OUTBOX_AGE_MS'))
  .refine(...slowsBeforeItSheds('OUTBOX_ROWS'))
  .refine(...slowsBeforeItSheds('QUEUE_DEPTH'));

export type OrderSettings = z.output<typeof orderSettings>;

type Backpressure = { readonly [Name in keyof typeof backpressureSettings]: number };
type Refinement = [holds: (settings: Backpressure) => boolean, told: z.core.$ZodCustomParams];
type Limited = 'OUTBOX_AGE_MS' | 'OUTBOX_ROWS' | 'QUEUE_DEPTH';

/** For `refine`; checked also when other settings are wrong, so that all problems are told at once. */
function slowsBeforeItSheds(limited: Limited): Refinement {
  const [slow, shed] = [`BACKPRESSURE_SLOW_${limited}`, `BACKPRESSURE_SHED_${limited}`] as const;
  const readable = ({ issues }: z.core.ParsePayload) =>
    !issues.some(({ path }) => path?.[0] === slow || path?.[0] === shed);
  const slowsFirst = (settings: Backpressure) => settings[slow] < settings[shed];
  const message = `more than ${slow}, so that clients are slowed before they are sent away`;
  return [slowsFirst, { path: [shed], message, when: readable }];
}
