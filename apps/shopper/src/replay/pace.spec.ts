import { expect, test } from '@jest/globals';
import { dueMs, pace, pause } from './pace.js';

async function* numbers(count: number) {
  for (let each = 0; each < count; each += 1) yield each;
}

const never = new AbortController().signal;

test('items are due at even distances from the start', () =>
  expect([0, 1, 20, 40].map((index) => dueMs(index, 20))).toEqual([0, 50, 1000, 2000]));

test('no item is handed out before its time', async () => {
  const startMs = performance.now();
  for await (const index of pace(numbers(6), { rate: 100, stop: never }))
    expect(performance.now() - startMs).toBeGreaterThanOrEqual(dueMs(index, 100));
});

test('a taker who was late gets what it missed at once', async () => {
  const items = pace(numbers(100), { rate: 100, stop: never });
  await items.next();
  await pause(400, never);
  const resumedMs = performance.now();
  for (let missed = 0; missed < 38; missed += 1) await items.next();
  expect(performance.now() - resumedMs).toBeLessThan(200); // at even distances they would take 380
});

test('a stop ends the items and does not wait for the next one', async () => {
  const stop = new AbortController();
  const taken: number[] = [];
  for await (const index of pace(numbers(100), { rate: 0.01, stop: stop.signal })) {
    taken.push(index);
    setImmediate(() => stop.abort());
  }
  expect(taken).toEqual([0]);
});
