import { parseArgs } from 'node:util';

/** What every contest can be told. */
export interface ContestOptions {
  readonly rounds: number;
  readonly json: boolean;
  /** Counts so small that the figures mean nothing: to see that it still works. */
  readonly smoke: boolean;
  /** Names of parts; all when empty. */
  readonly only: readonly string[];
  readonly openSeconds: number;
  /** Keeps the figures for a page, where the contest has one. */
  readonly write: boolean;
  /** What else the machine did. */
  readonly note: string;
}

const text = { type: 'string' } as const;
const flag = { type: 'boolean', default: false } as const;
const options = {
  rounds: text,
  only: { ...text, multiple: true },
  'open-seconds': text,
  json: flag,
  smoke: flag,
  write: flag,
  note: text,
  help: flag,
} as const;

/** Nothing when help was asked for. */
export function contestOptions(args: string[]): ContestOptions | undefined {
  const { values } = parseArgs({ args, options });
  if (values.help) return undefined;
  const { json, smoke, write, note = '', only = [] } = values;
  return {
    rounds: positive('--rounds', values.rounds ?? (smoke ? '1' : '7')),
    openSeconds: positive('--open-seconds', values['open-seconds'] ?? (smoke ? '1' : '120')),
    json,
    smoke,
    only,
    write,
    note,
  };
}

function positive(name: string, given: string): number {
  const value = Number(given);
  if (Number.isFinite(value) && value > 0) return value;
  throw new Error(`${name} must be a number above 0, not "${given}"`);
}
