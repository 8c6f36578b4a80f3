import { parseArgs } from 'node:util';
import { ServerError } from '../servers/servers.errors.ts';
import { sites, type Site } from '../servers/site.ts';

export interface StartOptions {
  readonly site: Site;
  /** 0: just run. */
  readonly orders: number;
  /** Orders a second; as fast as they are taken when absent. */
  readonly rate?: number;
  readonly once: boolean;
  readonly json: boolean;
}

export const usage = `npm start -- [options]

Starts everything (brokers, databases, services), replays real orders, and stays up until Ctrl-C.

  --once        end when all orders are settled; exit code 1 if any is lost, doubled or stuck
  --orders N    how many orders to replay (default 500)
  --rate R      orders a second (default 50; with --once as fast as they are taken)
  --no-orders   just run
  --json        the last line on standard output is one JSON object with the figures
  --site NAME   start (default) or test: its own folder and ports, so that both can run side by side
`;

const text = { type: 'string' } as const;
const flag = { type: 'boolean', default: false } as const;
const options = {
  once: flag,
  json: flag,
  help: flag,
  'no-orders': flag,
  orders: text,
  rate: text,
  site: { ...text, default: 'start' },
} as const;

/** Nothing when help was asked for; a `ServerError` names what cannot be understood. */
export function parseOptions(args: string[]): StartOptions | undefined {
  const values = parse(args);
  if (values.help) return undefined;
  const site = sites[values.site];
  if (!site) throw new ServerError(`--site must be one of ${Object.keys(sites).join(', ')}`);
  const rate = values.rate ? positive('--rate', values.rate) : values.once ? undefined : 50;
  return {
    site,
    orders: values['no-orders'] ? 0 : positive('--orders', values.orders ?? '500'),
    ...(rate !== undefined && { rate }),
    once: values.once,
    json: values.json,
  };
}

function parse(args: string[]) {
  try {
    return parseArgs({ args, options }).values;
  } catch (cause) {
    throw new ServerError(`${(cause as Error).message}\n\n${usage}`, { cause });
  }
}

function positive(name: string, given: string): number {
  const value = Number(given);
  if (Number.isFinite(value) && value > 0) return value;
  throw new ServerError(`${name} must be a number above 0, not "${given}"`);
}
