import { httpSettings, setting, telemetrySettings } from '@waybill/service-kit';
import { z } from 'zod';

/** All that the payment provider's simulator reads from its environment. */
export const pspSettings = z.object({
  PORT: setting.port().default(3009).describe('The port of its HTTP API.'),
  ...httpSettings,
  ...telemetrySettings,
  DATABASE_URL: setting
    .postgresUrl()
    .describe('Its own database; `?sslmode=verify-full&sslrootcert=FILE` for TLS.'),
});

export type PspSettings = z.output<typeof pspSettings>;
