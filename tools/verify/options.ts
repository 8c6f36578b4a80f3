import { parseArgs } from 'node:util';
import { CannotVerify } from './verify.errors.ts';

export interface Options {
  envFile?: string;
  orderIdsFile?: string;
  waitMs: number;
  json: boolean;
}

export const usage = `Reads the payment provider's books, Postgres and Kafka directly and says whether every order is right.

  --env-file FILE         addresses, one NAME=value a line, such as .waybill/env
  --order-ids-file FILE   judge only these orders (one id a line)
  --wait SECONDS          look again for so long while something is missing; events may be on their way (default 30)
  --json                  the verdict as one JSON object

Exit code 0 when all is right, 1 when a promise was broken, 2 when it cannot be told.
`;

const text = { type: 'string' } as const;
const options = {
  'env-file': text,
  'order-ids-file': text,
  wait: { ...text, default: '30' },
  json: { type: 'boolean', default: false },
} as const;

export function parseOptions(args: string[]): Options {
  const values = parse(args);
  const waitMs = Number(values.wait || NaN) * 1000;
  if (!(waitMs >= 0)) throw new CannotVerify(`--wait ${values.wait} must be a number of seconds, 0 or more`);
  return { envFile: values['env-file'], orderIdsFile: values['order-ids-file'], waitMs, json: values.json };
}

function parse(args: string[]) {
  try {
    return parseArgs({ args, options }).values;
  } catch (cause) {
    throw new CannotVerify(`${(cause as Error).message}\n\n${usage}`, { cause });
  }
}
