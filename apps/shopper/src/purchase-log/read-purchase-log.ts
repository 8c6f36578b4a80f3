import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { pipeline } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { badRow, logTooShort, logUnreadable } from '../shopper.errors.js';
import type { Purchase } from './order-lines.js';

export interface LogSection {
  path: string;
  skip: number;
  /** How many rows to read; all that follow when absent. */
  orders?: number;
}

/** Streams a section of the log. A section that reaches past the end is an error, never a shorter run. */
export async function* readPurchaseLog({ path, skip, orders }: LogSection): AsyncGenerator<Purchase> {
  const end = orders === undefined ? Infinity : skip + orders;
  let row = 0;
  for await (const line of rowsOf(path)) {
    if (row >= end) return;
    if (row >= skip) yield parseRow(line, row);
    row += 1;
  }
  const least = orders === undefined ? skip + 1 : end;
  if (row < least) throw logTooShort(row, least);
}

export function parseRow(line: string, row: number): Purchase {
  const match = /^[\d-]+,(\w+),([1-9]\d*),(\d+)\.(\d\d)$/.exec(line);
  if (!match) throw badRow(line);
  const [, customerId = '', quantity, dollars, cents] = match;
  return { row, customerId, quantity: Number(quantity), totalCents: Number(dollars) * 100 + Number(cents) };
}

async function* rowsOf(path: string): AsyncGenerator<string> {
  try {
    let header = true;
    for await (const line of linesOf(path)) {
      if (!header && line) yield line;
      header = false;
    }
  } catch (cause) {
    throw logUnreadable(path, cause);
  }
}

/** The pipeline hands the file's error on to `text`, whose iteration throws it; hence its empty callback. */
async function* linesOf(path: string): AsyncGenerator<string> {
  const text = pipeline(createReadStream(path), createGunzip(), () => {});
  try {
    yield* createInterface({ input: text });
  } finally {
    text.destroy();
  }
}
