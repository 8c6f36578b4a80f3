import { createPublicKey, X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { z } from 'zod';

/** A whole number between `min` and `max`. */
const whole = (what: string, min: number, max: number) =>
  z
    .string({ error: what })
    .regex(/^\d{1,15}$/, what)
    .transform(Number)
    .refine((value) => value >= min && value <= max, what);

const url = (protocols: readonly string[], example: string) => {
  const what = `a URL such as ${example}`;
  return z
    .string({ error: what })
    .trim()
    .refine((value) => URL.canParse(value) && protocols.includes(new URL(value).protocol), what);
};

/** The path of a file, answered as its text. Why it cannot be read is told without the path's contents. */
const file = (what = 'a file that can be read', isIt: (text: string) => boolean = () => true) =>
  z
    .string({ error: what })
    .trim()
    .transform((path, context) => {
      try {
        const text = readFileSync(path, 'utf8');
        if (isIt(text)) return text;
        context.addIssue({ code: 'custom', message: what });
      } catch (error) {
        const { code = 'unreadable' } = error as NodeJS.ErrnoException;
        context.addIssue({ code: 'custom', message: `${what} (${path}: ${code})` });
      }
      return z.NEVER;
    });

const canBe = (read: (text: string) => unknown) => (text: string) => {
  try {
    return Boolean(read(text));
  } catch {
    return false;
  }
};
const isCertificate = canBe((text) => new X509Certificate(text));
/** A private key would be taken for its public half; it has no business here. */
const isPublicKey = canBe((text) => !text.includes('PRIVATE KEY') && createPublicKey(text));

/** Files that pg reads from the address when it connects: better found missing now than by the first query. */
function namesReadableFiles(address: string): boolean {
  const { searchParams } = new URL(address);
  const files = ['sslrootcert', 'sslcert', 'sslkey'].flatMap((name) => searchParams.get(name) ?? []);
  return files.every((path) => file().safeParse(path).success);
}

/**
 * Fields for a service's settings schema. Each reads a string and answers with the typed value; its error says what
 * was expected. Make one optional by `.default(value)`, with the typed value, or `.optional()`.
 */
export const setting = {
  /** TCP port, 0 (any free one) to 65535. */
  port: () => whole('a port from 0 to 65535', 0, 65_535),
  /** A whole number of things, at least `min`. */
  count: (min = 0, max = 1_000_000) => whole(`a whole number from ${min} to ${max}`, min, max),
  ratio: () => {
    const what = 'a ratio from 0 to 1, such as 0.1';
    return z
      .string({ error: what })
      .regex(/^(0(\.\d{1,9})?|1(\.0{1,9})?)$/, what)
      .transform(Number);
  },
  /** Milliseconds, written as a whole number. */
  durationMs: (min = 0, max = 86_400_000) => whole(`milliseconds from ${min} to ${max}`, min, max),
  text: () => z.string({ error: 'a text' }).trim().min(1, 'a text'),
  oneOf: <const Choice extends string>(...choices: [Choice, ...Choice[]]) =>
    z.enum(choices, { error: `one of ${choices.join(', ')}` }),
  httpUrl: () => url(['http:', 'https:'], 'http://127.0.0.1:3009'),
  /** With `?sslmode=verify-full&sslrootcert=FILE` over TLS, which pg and so Prisma's adapter read from the address. */
  postgresUrl: () =>
    url(['postgres:', 'postgresql:'], 'postgres://user:password@127.0.0.1:5432/orders').refine(
      (address) => !URL.canParse(address) || namesReadableFiles(address),
      'readable files in sslrootcert, sslcert and sslkey',
    ),
  flag: () => z.enum(['true', 'false'], { error: 'true or false' }).transform((value) => value === 'true'),
  /** As it is, blanks too. */
  secret: () => z.string({ error: 'a text' }).min(1, 'a text'),
  file: () => file(),
  /** A file of certificates in PEM. */
  certificateFile: () => file('a file of certificates in PEM', isCertificate),
  publicKeyFile: () => file('a file with a public key in PEM', isPublicKey),
  amqpUrl: () => url(['amqp:', 'amqps:'], 'amqp://user:password@127.0.0.1:5672'),
  redisUrl: () => url(['redis:', 'rediss:'], 'redis://127.0.0.1:6379'),
  smtpUrl: () => url(['smtp:', 'smtps:'], 'smtp://user:password@127.0.0.1:25'),
  /** `host:port,host:port`, answered as a list; the form of `KAFKA_BROKERS`. */
  addresses: () => {
    const what = 'host:port, several separated by commas';
    return z
      .string({ error: what })
      .transform((value) => value.split(',').map((address) => address.trim()))
      .refine((list) => list.every((address) => /^[^\s:,/]+:\d{1,5}$/.test(address)), what);
  },
};
