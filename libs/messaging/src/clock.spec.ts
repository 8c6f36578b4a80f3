import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { steadyClock, systemClock } from './clock.js';

const dayMs = 86_400_000;

beforeEach(() => void jest.useFakeTimers());
afterEach(() => void jest.useRealTimers());

test('a wait of more than 24.8 days, which a timer of Node cannot hold, is as long as it should be', async () => {
  let woke = false;
  void systemClock.wait(60 * dayMs).then(() => (woke = true));
  await jest.advanceTimersByTimeAsync(60 * dayMs - 1);
  expect(woke).toBe(false);
  await jest.advanceTimersByTimeAsync(1);
  expect(woke).toBe(true);
});

test('a wait ends at once when it is called off, be it long or over before it began', async () => {
  const calledOff = new AbortController();
  const waiting = systemClock.wait(60 * dayMs, calledOff.signal);
  calledOff.abort();
  await waiting;
  await systemClock.wait(60 * dayMs, calledOff.signal);
  expect(jest.getTimerCount()).toBe(0);
});

test('a steady clock is never set back, and counts the time that a sleeping machine did not', () => {
  jest.useRealTimers();
  const { now } = Date;
  const before = steadyClock.now();
  expect(Math.abs(before - now())).toBeLessThan(1_500);
  jest.spyOn(Date, 'now').mockImplementation(() => now() - dayMs);
  expect(steadyClock.now()).toBeGreaterThanOrEqual(before);
  jest.spyOn(Date, 'now').mockImplementation(() => now() + dayMs);
  expect(steadyClock.now()).toBeGreaterThan(before + dayMs - 1_000);
  jest.restoreAllMocks();
  expect(steadyClock.now()).toBeGreaterThan(before + dayMs - 1_000);
});
