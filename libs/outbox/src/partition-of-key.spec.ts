import { expect, test } from '@jest/globals';
import { partitionOfKey, partitions } from './partition-of-key.js';

test('a key stays where it is, from version to version', () => {
  expect(['', 'customer-1', 'customer-2', 'Zoë', '17'].map(partitionOfKey)).toEqual([5, 7, 2, 4, 1]);
});

test('keys spread evenly', () => {
  const counts = Array.from({ length: partitions }, () => 0);
  for (let n = 0; n < 8_000; n++) counts[partitionOfKey(`customer-${n}`)]!++;
  expect(Math.min(...counts)).toBeGreaterThan(900);
});
