import { expect, test } from '@jest/globals';
import { retryAfterMs } from './http-client.js';

test('Retry-After is understood as seconds and as a date', () => {
  expect(retryAfterMs('2')).toBe(2_000);
  expect(retryAfterMs(new Date(Date.now() + 60_000).toUTCString())).toBeGreaterThan(58_000);
  expect(retryAfterMs('Thu, 01 Jan 1970 00:00:00 GMT')).toBe(0);
});

test('no header and nonsense leave the delay to the caller', () => {
  expect(retryAfterMs(undefined)).toBeUndefined();
  expect(retryAfterMs('soon')).toBeUndefined();
});
