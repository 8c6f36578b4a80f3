import { parseArgs } from 'node:util';
import { ShopperError } from './shopper.errors.js';

export interface Options {
  orderUrl: string;
  auditUrl: string;
  apiKey?: string;
  log: string;
  orders?: number;
  skip: number;
  rate?: number;
  concurrency: number;
  expressRate: number;
  /** Looks around the shop for each order; their count is asked for where there are any. */
  activity: number;
  jsonLines: boolean;
  orderIdsFile?: string;
}

export const usage = `Replays the CDNOW purchase log through the order API (ORDER_URL, default http://127.0.0.1:3001),
with the key in WAYBILL_API_KEY where it asks for one (an admin's: it stocks products, and orders for everybody).

  --orders N            how many orders (default: the rest of the log)
  --skip N              start at this row of the log (default 0)
  --rate R              orders a second; without it as fast as --concurrency allows
  --concurrency C       most requests in flight (default 32)
  --express-rate S      share of express orders, 0 to 1 (default 0)
  --activity N          send N looks around the shop beside each order (default 0), once each, and say in the end
                        how many the audit has counted (AUDIT_URL, default http://127.0.0.1:3003; of the last
                        1,000 minutes) and how many are lost: still not counted after a minute without more
  --log FILE            another log of the same columns
  --order-ids-file F    write the accepted order ids there, one a line
  --json-lines          progress and result as one JSON object a line
`;

const wholeLog = new URL('../../../data/cdnow-orders.csv.gz', import.meta.url).pathname;

const text = { type: 'string' } as const;
const options = {
  orders: text,
  skip: text,
  rate: text,
  concurrency: text,
  'express-rate': text,
  activity: text,
  log: text,
  'order-ids-file': text,
  'json-lines': { type: 'boolean' },
} as const;

/** Every problem is named at once; nothing runs on a guess. */
export function parseOptions(args: string[], env: NodeJS.ProcessEnv): Options {
  const { values } = parse(args);
  const problems: string[] = [];
  const number = (name: keyof typeof values, allowed: NumberRange) => {
    const given = values[name];
    if (given === undefined) return undefined;
    if (!allows(allowed, Number(given || NaN))) problems.push(`--${name} ${given} must be ${allowed.words}`);
    return Number(given);
  };
  const parsed = {
    orderUrl: urlIn(env, 'ORDER_URL', 3001, problems),
    auditUrl: urlIn(env, 'AUDIT_URL', 3003, problems),
    apiKey: env['WAYBILL_API_KEY'] || undefined,
    log: values.log ?? wholeLog,
    orders: number('orders', atLeast(1)),
    skip: number('skip', atLeast(0)) ?? 0,
    rate: number('rate', {
      least: Number.MIN_VALUE,
      most: Infinity,
      whole: false,
      words: 'a number above 0',
    }),
    concurrency: number('concurrency', atLeast(1)) ?? 32,
    expressRate: number('express-rate', { least: 0, most: 1, whole: false, words: 'between 0 and 1' }) ?? 0,
    activity: number('activity', atLeast(0)) ?? 0,
    jsonLines: values['json-lines'] ?? false,
    orderIdsFile: values['order-ids-file'],
  };
  if (problems.length > 0) throw new ShopperError(problems.join('\n'));
  return parsed;
}

interface NumberRange {
  least: number;
  most: number;
  whole: boolean;
  words: string;
}

const atLeast = (least: number): NumberRange => ({
  least,
  most: Number.MAX_SAFE_INTEGER,
  whole: true,
  words: `a whole number, ${least} or more`,
});

const allows = ({ least, most, whole }: NumberRange, value: number) =>
  value >= least && value <= most && (!whole || Number.isInteger(value));

function urlIn(env: NodeJS.ProcessEnv, variable: string, port: number, problems: string[]): string {
  const url = env[variable] || `http://127.0.0.1:${port}`;
  if (!URL.canParse(url) || !['http:', 'https:'].includes(new URL(url).protocol))
    problems.push(`${variable} ${url} must be an http:// or https:// address`);
  return url.replace(/\/+$/, '');
}

function parse(args: string[]) {
  try {
    return parseArgs({ args, options });
  } catch (cause) {
    throw new ShopperError(`${(cause as Error).message}\n\n${usage}`, { cause });
  }
}
