import { httpSettings, setting } from '@waybill/service-kit';
import { z } from 'zod';

/** All that the payment provider's simulator reads from its environment. */
export const pspSettings = z.object({
  PORT: setting.port().default(3009),
  ...httpSettings,
  DATABASE_URL: setting.postgresUrl(),
});

export type PspSettings = z.output<typeof pspSettings>;
