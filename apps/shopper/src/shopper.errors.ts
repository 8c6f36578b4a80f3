import type { Api } from './order-api/ask.js';
import type { Answer } from './order-api/http-client.js';

/** Something the person who started the shopper can put right; shown as one sentence, without a stack. */
export class ShopperError extends Error {
  override name = 'ShopperError';
}

export const apiSilent = ({ name, variable }: Api, url: string, cause: unknown) =>
  new ShopperError(`${name} at ${url} does not answer (${reasonOf(cause)}); start it or set ${variable}`, {
    cause,
  });

export const apiRefused = ({ name }: Api, what: string, { status, body }: Answer) =>
  new ShopperError(`${name} answered ${what} with ${status}: ${body.slice(0, 500)}`);

export const logUnreadable = (path: string, cause: unknown) =>
  new ShopperError(`purchase log ${path} cannot be read: ${reasonOf(cause)}`, { cause });

export const logTooShort = (holds: number, asked: number) =>
  new ShopperError(`the purchase log holds ${holds} orders; --skip and --orders ask for ${asked}`);

export const badRow = (line: string) => new ShopperError(`purchase log row not understood: "${line}"`);

/** A refused connection to a name with two addresses is an AggregateError without a message of its own. */
function reasonOf(cause: unknown): string {
  const { code, message } = cause as { code?: string; message?: string };
  return message || code || String(cause);
}
