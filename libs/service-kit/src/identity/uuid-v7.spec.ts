import { describe, expect, test } from '@jest/globals';
import { uuidV7 } from './uuid-v7.js';

describe('uuidV7', () => {
  test('has version, variant and the time of creation', () => {
    const at = Date.now() + 60_000;
    const id = uuidV7(at);
    expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(parseInt(id.replace('-', '').slice(0, 12), 16)).toBe(at);
  });

  test('never repeats and always ascends, also past 4,096 in a millisecond and with a clock that steps back', () => {
    const at = Date.now() + 120_000;
    const ids = Array.from({ length: 10_000 }, (_, n) => uuidV7(at - (n % 3)));
    expect([...ids].sort()).toEqual(ids);
    expect(new Set(ids).size).toBe(ids.length);
  });
});
