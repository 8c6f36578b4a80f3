import { expect, test } from '@jest/globals';
import { percentile } from './percentile.js';

const hundred = Array.from({ length: 100 }, (_, index) => 100 - index);

test.each([
  [0.5, 50],
  [0.99, 99],
  [1, 100],
  [0, 1],
])('of 1 to 100 in any order, share %d is %d', (share, value) =>
  expect(percentile(hundred, share)).toBe(value),
);

test('numbers are not sorted as words', () => expect(percentile([9, 10, 100], 0.5)).toBe(10));

test('nothing settled has no percentile', () => expect(percentile([], 0.5)).toBeUndefined());
