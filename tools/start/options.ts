import { parseArgs } from 'node:util';
import { sites, type Site } from '../servers/site.ts';

export interface StartOptions {
  readonly site: Site;
  /** 0: just run. */
  readonly orders: number;
  /** Orders a second; as fast as they are taken when absent. */
  readonly rate?: number;
  /** Looks around the shop for each order. */
  readonly activity: number;
  readonly once: boolean;
  readonly json: boolean;
  /** `docker` where an engine answers, when nothing was chosen. */
  readonly runs: 'native' | 'docker' | 'either';
}

export const usage = `npm start -- [options]

Starts everything (brokers, databases, services), replays real orders, and stays up until Ctrl-C.

  --once        end when all orders are settled; exit code 1 if any is lost, doubled or stuck
  --orders N    how many orders to replay (default 500)
  --rate R      orders a second (default 50; with --once as fast as they are taken)
  --activity N  send N looks around the shop beside each order (default 0), each at most once, and tell in the end
                how many were sent, counted by the audit, and lost
  --no-orders   just run
  --json        the last line on standard output is one JSON object with the figures
  --docker      as containers (docker-compose.yml); the default where a Docker engine answers
  --native      as processes of this machine; the default elsewhere, and on every other site
  --site NAME   start (default), test, e2e or launcher: its own folder and ports, so that they can run side by side
`;

const text = { type: 'string' } as const;
const flag = { type: 'boolean', default: false } as const;
const options = {
  once: flag,
  json: flag,
  help: flag,
  docker: flag,
  native: flag,
  'no-orders': flag,
  orders: text,
  rate: text,
  activity: text,
  site: { ...text, default: 'start' },
} as const;

/** What was typed cannot be understood; the message ends with what can. */
export class UsageError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(`${message}\n\n${usage}`, options);
    this.name = 'UsageError';
  }
}

/** Nothing when help was asked for; a `UsageError` names what cannot be understood. */
export function parseOptions(args: string[]): StartOptions | undefined {
  const values = parse(args);
  if (values.help) return undefined;
  const site = sites[values.site];
  if (!site) throw new UsageError(`--site must be one of ${Object.keys(sites).join(', ')}`);
  const rate = values.rate !== undefined ? positive('--rate', values.rate) : values.once ? undefined : 50;
  return {
    site,
    orders: values['no-orders'] ? 0 : whole('--orders', values.orders ?? '500'),
    ...(rate !== undefined && { rate }),
    activity: wholeOrNone('--activity', values.activity ?? '0'),
    once: values.once,
    json: values.json,
    runs: runsOf(values),
  };
}

function runsOf({ docker, native, site }: { docker: boolean; native: boolean; site: string }) {
  if (docker && native) throw new UsageError('--docker and --native exclude each other');
  if (docker && site !== 'start') throw new UsageError('--docker has no sites but start');
  if (docker) return 'docker';
  return native || site !== 'start' ? 'native' : 'either';
}

function parse(args: string[]) {
  try {
    return parseArgs({ args, options }).values;
  } catch (cause) {
    throw new UsageError((cause as Error).message, { cause });
  }
}

function whole(name: string, given: string): number {
  const value = positive(name, given);
  if (Number.isInteger(value)) return value;
  throw new UsageError(`${name} must be a whole number, not "${given}"`);
}

function wholeOrNone(name: string, given: string): number {
  if (/^\d{1,9}$/.test(given)) return Number(given);
  throw new UsageError(`${name} must be a whole number, 0 or more, not "${given}"`);
}

function positive(name: string, given: string): number {
  const value = Number(given);
  if (Number.isFinite(value) && value > 0) return value;
  throw new UsageError(`${name} must be a number above 0, not "${given}"`);
}
