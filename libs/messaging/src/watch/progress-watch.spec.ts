import { describe, expect, test } from '@jest/globals';
import { defineSubscription } from '../subscription.js';
import { defaultPatience, ProgressWatch, wedgedAfterMs } from './progress-watch.js';

const declared = { name: 's', broker: 'memory', addresses: ['a'], order: 'none', lane: 'batch' } as const;
const idle = { held: 0, waiting: 0, resting: false };
const holding = { ...idle, held: 3 };
const lagging = { ...idle, waiting: 7 };

/** A watch with a patience of 60 s, and time in the test's hands. */
function watched() {
  let nowMs = 0;
  const clock = { now: () => nowMs, wait: () => Promise.resolve() };
  const watch = new ProgressWatch(clock, 60_000);
  return { watch, pass: (ms: number) => void (nowMs += ms) };
}

describe('the patience with a subscription', () => {
  test('is its handler timeout and 30 s, of which at most 5 s pass unseen', () => {
    expect(wedgedAfterMs(defineSubscription(declared))).toBe(60_000);
    expect(wedgedAfterMs(defineSubscription({ ...declared, handlerTimeoutMs: 300_000 }))).toBe(330_000);
    expect(defaultPatience.lookEveryMs).toBe(5_000);
  });
});

describe('a subscription', () => {
  test.each([
    ['deliveries in hand', holding, '3 deliveries in hand, and no step finished for 61 s'],
    ['messages waiting', lagging, '7 messages waiting, and no step finished for 61 s'],
  ])('with %s is wedged once nothing has moved for longer than that', (_, movement, because) => {
    const { watch, pass } = watched();
    pass(60_000);
    expect(watch.wedged(movement)).toBeUndefined();
    pass(1_000);
    expect(watch.wedged(movement)).toBe(because);
    watch.moved();
    expect(watch.wedged(movement)).toBeUndefined();
  });

  test.each([
    ['without work', idle],
    ['whose lag is unknown', { ...idle, waiting: undefined }],
    ['that rests on purpose', { ...holding, resting: true }],
  ])('%s may stand still for ever, and is patient anew when that ends', (_, still) => {
    const { watch, pass } = watched();
    pass(3_600_000);
    expect(watch.wedged(still)).toBeUndefined();
    pass(59_000);
    expect(watch.wedged(holding)).toBeUndefined();
    pass(2_000);
    expect(watch.wedged(holding)).toBeDefined();
  });
});
