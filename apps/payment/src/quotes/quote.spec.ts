import { expect, test } from '@jest/globals';
import { feeCents } from './quote.js';

test.each([
  [0, 0],
  [1, 30],
  [2_000, 30],
  [2_001, 31],
  [10_000, 150],
  [1_000_000_000_000, 15_000_000_000],
])('the fee of %d is %d', (total, fee) => {
  expect(feeCents(total)).toBe(fee);
});
