import { parseArgs } from 'node:util';
import { positive } from '../positive.ts';

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
} as const;

export function contestOptions(args: string[]): ContestOptions {
  const { values } = parseArgs({ args, options });
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
