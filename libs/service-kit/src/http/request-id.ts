import type { IncomingMessage } from 'node:http';
import { uuidV7 } from '../identity/uuid-v7.js';

/** The caller's `x-request-id` where it is short and harmless in a log line, else a new UUIDv7. */
export function requestId({ headers }: Pick<IncomingMessage, 'headers'>): string {
  const given = headers['x-request-id'];
  return typeof given === 'string' && /^[\w.:-]{1,128}$/.test(given) ? given : uuidV7();
}
