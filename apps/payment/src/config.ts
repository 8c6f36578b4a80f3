import {
  httpSettings,
  kafkaSettings,
  rabbitmqSettings,
  setting,
  telemetrySettings,
} from '@waybill/service-kit';
import { z } from 'zod';

/** All that the payment service reads from its environment. */
export const paymentSettings = z
  .object({
    PORT: setting.port().default(3002).describe('The port of its HTTP API.'),
    ...httpSettings,
    ...telemetrySettings,
    DATABASE_URL: setting
      .postgresUrl()
      .describe('Its own database; `?sslmode=verify-full&sslrootcert=FILE` for TLS.'),
    ...kafkaSettings,
    ...rabbitmqSettings,
    PSP_URL: setting.httpUrl().describe('The payment provider.'),
    PSP_API_KEY: setting.secret().optional().describe('Sent to the provider in `X-API-Key`.'),
    PSP_TIMEOUT_MS: setting
      .durationMs(1, 20_000)
      .default(5_000)
      .describe("After this long the provider's answer is unknown, and asked for again."),
    PAYMENT_LEASE_MS: setting
      .durationMs(1)
      .default(15_000)
      .describe('How long one asker keeps others away; after it, whoever comes next asks with the same key.'),
  })
  .refine(({ PSP_TIMEOUT_MS, PAYMENT_LEASE_MS }) => PAYMENT_LEASE_MS >= 2 * PSP_TIMEOUT_MS, {
    path: ['PAYMENT_LEASE_MS'],
    message: 'at least twice PSP_TIMEOUT_MS, so that a slow answer does not meet a second asker',
  });

export type PaymentSettings = z.output<typeof paymentSettings>;
