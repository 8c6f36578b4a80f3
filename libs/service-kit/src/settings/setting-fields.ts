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

/**
 * Fields for a service's settings schema. Each reads a string and answers with the typed value; its error says what
 * was expected. Make one optional by `.default(value)`, with the typed value, or `.optional()`.
 */
export const setting = {
  /** TCP port, 0 (any free one) to 65535. */
  port: () => whole('a port from 0 to 65535', 0, 65_535),
  /** A whole number of things, at least `min`. */
  count: (min = 0, max = 1_000_000) => whole(`a whole number from ${min} to ${max}`, min, max),
  /** Milliseconds, written as a whole number. */
  durationMs: (min = 0, max = 86_400_000) => whole(`milliseconds from ${min} to ${max}`, min, max),
  text: () => z.string({ error: 'a text' }).trim().min(1, 'a text'),
  oneOf: <const Choice extends string>(...choices: [Choice, ...Choice[]]) =>
    z.enum(choices, { error: `one of ${choices.join(', ')}` }),
  httpUrl: () => url(['http:', 'https:'], 'http://127.0.0.1:3009'),
  postgresUrl: () => url(['postgres:', 'postgresql:'], 'postgres://user:password@127.0.0.1:5432/orders'),
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
