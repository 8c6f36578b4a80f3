import { expect, test } from '@jest/globals';
import { Pace } from './pace.js';

const { signal } = new AbortController();

/** The pause after a transaction, on a clock that says these. */
async function pauseOn(...says: number[]): Promise<number> {
  let pausedMs = 0;
  const clock = { now: () => says.shift()!, wait: async (ms: number) => void (pausedMs = ms) };
  await new Pace(1_000, clock, signal).keep(async () => true);
  return pausedMs;
}

test('a transaction is followed by what is left of its time', async () => {
  expect(await pauseOn(0, 300)).toBe(700);
  expect(await pauseOn(0, 1_300)).toBe(0);
});

test('a clock that is set back lengthens no pause', async () => {
  expect(await pauseOn(3_600_000, 300)).toBe(1_000);
});
