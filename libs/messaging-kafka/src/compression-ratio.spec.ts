import { expect, test } from '@jest/globals';
import { CompressionRatio } from './compression-ratio.js';

const after = (...ratios: number[]): number => {
  const estimate = new CompressionRatio();
  for (const ratio of ratios) estimate.observe(ratio);
  return estimate.value;
};
const times = (count: number, ratio: number) => Array.from({ length: count }, () => ratio);

test('nothing is taken for granted before the first batch', () => expect(after()).toBe(1));

test('it is found within a few batches, and one odd batch hardly moves it', () => {
  expect(after(...times(12, 0.4))).toBeCloseTo(0.4);
  expect(after(...times(12, 0.4), 0.9)).toBeCloseTo(0.45);
});

test('however well bodies shrink, batches grow no more than fourfold', () => {
  expect(after(...times(100, 0.01))).toBe(0.25);
});

test('bodies that grow by compression make no batch smaller than its limit', () => {
  expect(after(...times(3, 1.02))).toBe(1);
});
