import { readFile, writeFile } from 'node:fs/promises';
import type { Part } from '../contest/line.ts';
import type { ContestOptions } from '../contest/options.ts';
import { pageWith } from './page.ts';

const figuresFile = new URL('figures.json', import.meta.url);
const pageFile = new URL('../../docs/explanation/which-broker.md', import.meta.url);

/** One run's medians, by the parts' names, and what is to be known of the run. */
export interface Figures {
  readonly note: string;
  readonly rounds: number;
  readonly parts: Readonly<Record<string, Part>>;
}

export const readFigures = async (): Promise<Figures> =>
  JSON.parse(await readFile(figuresFile, 'utf8')) as Figures;

export const readPage = (): Promise<string> => readFile(pageFile, 'utf8');

/** All parts of one run, or nothing: ratios between runs of different days would compare the days. */
export async function keepFigures(
  parts: Readonly<Record<string, Part>>,
  { note, rounds, only, smoke }: ContestOptions,
): Promise<void> {
  if (smoke || only.length > 0) throw new Error('--write keeps whole runs: neither --smoke nor --only');
  const figures: Figures = { note, rounds, parts };
  await writeFile(figuresFile, `${JSON.stringify(figures, null, 2)}\n`);
  await writePage();
}

/** Puts the kept figures into the page, between its markers. */
export async function writePage(): Promise<void> {
  await writeFile(pageFile, await pageWith(await readFigures(), await readPage()));
}
