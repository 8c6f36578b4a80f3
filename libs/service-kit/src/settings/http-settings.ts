import { z } from 'zod';
import { apiKeysIn, isApiKeys } from '../authentication/api-keys.js';
import { Authentication } from '../authentication/authentication.js';
import { setting } from './setting-fields.js';

const keyLines = 'name:sha256 or name:sha256:role, the hash in hex, several separated by commas or lines';

/**
 * Where a service listens and whom it answers. Beyond loopback it needs keys, tokens, or `AUTHENTICATION=none`
 * (`relations.ts`).
 */
export const httpSettings = {
  HOST: setting
    .text()
    .optional()
    .describe('The address to listen on: 127.0.0.1 if absent. Beyond loopback it needs keys or tokens.'),
  AUTHENTICATION: setting
    .oneOf('none')
    .optional()
    .describe('`none`: whoever reaches it may do everything, also beyond loopback.'),
  API_KEYS: z
    .string({ error: keyLines })
    .refine(isApiKeys, keyLines)
    .optional()
    .describe('Whose keys are taken, and for which role.'),
  API_KEYS_FILE: setting
    .file()
    .refine(isApiKeys, keyLines)
    .optional()
    .describe('The same from a file, beside `API_KEYS`.'),
  JWT_JWKS_URL: setting
    .httpUrl()
    .optional()
    .describe("Where the issuer's keys are; https:// beyond this machine."),
  JWT_PUBLIC_KEY_FILE: setting
    .publicKeyFile()
    .optional()
    .describe("The issuer's one key, in place of `JWT_JWKS_URL`."),
  JWT_ISSUER: setting.text().optional().describe('Who must have issued a token; required with its keys.'),
  JWT_AUDIENCE: setting.text().optional().describe('For whom it must be issued; required with its keys.'),
};

type HttpSettings = z.output<z.ZodObject<typeof httpSettings>> & { readonly PORT: number };

/** For `startService`: `{ name, ...httpOptions(settings) }`. */
export function httpOptions(settings: HttpSettings) {
  const { PORT: port, HOST: host = '127.0.0.1', API_KEYS = '', API_KEYS_FILE = '' } = settings;
  const { JWT_JWKS_URL, JWT_PUBLIC_KEY_FILE, JWT_ISSUER = '', JWT_AUDIENCE = '' } = settings;
  const apiKeys = apiKeysIn(`${API_KEYS}\n${API_KEYS_FILE}`);
  const source = JWT_JWKS_URL
    ? { jwksUrl: JWT_JWKS_URL }
    : JWT_PUBLIC_KEY_FILE && { publicKey: JWT_PUBLIC_KEY_FILE };
  const tokens = source ? { ...source, issuer: JWT_ISSUER, audience: JWT_AUDIENCE } : undefined;
  const isOpen = apiKeys.length === 0 && !tokens;
  return { port, host, ...(!isOpen && { authentication: new Authentication({ apiKeys, tokens }) }) };
}
