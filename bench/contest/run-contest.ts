import type { Say } from './contest.ts';
import type { Part } from './line.ts';
import { contestOptions, type ContestOptions } from './options.ts';
import { OptionError } from '../positive.ts';
import { provideServers } from './servers.ts';
import { partsJson, partsTable } from './table.ts';

export type MeasurePart = (options: ContestOptions, say: Say) => Promise<Part>;

export interface Contest {
  readonly help: string;
  /** Imported when servers and libraries are there. */
  load(): Promise<Readonly<Record<string, MeasurePart>>>;
  /** Where figures are kept for a page. */
  keep?(parts: Readonly<Record<string, Part>>, options: ContestOptions): Promise<void>;
}

/** Measures the parts one after the other and prints them together; progress goes to standard error. */
export async function runContest(args: string[], { load, keep }: Contest): Promise<void> {
  const options = contestOptions(args);
  const startedAt = performance.now();
  const say: Say = (line) =>
    void process.stderr.write(
      `${((performance.now() - startedAt) / 1000).toFixed(1).padStart(6)} s  ${line}\n`,
    );
  await provideServers(say);
  const measured: Record<string, Part> = {};
  for (const [name, measure] of chosen(await load(), options.only))
    measured[name] = await measure(options, say);
  const parts = Object.values(measured);
  process.stdout.write(options.json ? partsJson(parts) : partsTable(parts));
  if (options.write) await keep?.(measured, options);
}

function chosen(
  parts: Readonly<Record<string, MeasurePart>>,
  only: readonly string[],
): [name: string, measure: MeasurePart][] {
  const unknown = only.filter((name) => !parts[name]);
  if (unknown.length > 0)
    throw new OptionError(`--only takes ${Object.keys(parts).join(', ')}; not ${unknown.join(', ')}`);
  return Object.entries(parts).filter(([name]) => only.length === 0 || only.includes(name));
}
