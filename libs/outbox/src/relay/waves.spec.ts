import { describe, expect, test } from '@jest/globals';
import type { RelayRow } from './relay-row.js';
import { wavesOf } from './waves.js';

/** `k1` is the first row of key k; `k1!` was refused before; `-1` has no key. */
function row(name: string, index: number): RelayRow {
  const key = name.startsWith('-') ? '' : name[0]!;
  const refusals = name.endsWith('!') ? 1 : 0;
  return { key, id: name, number: String(index), refusals } as RelayRow;
}

const waves = (names: string, perKey: 'one' | 'many') =>
  wavesOf(names.split(' ').filter(Boolean).map(row), perKey).map((wave) =>
    wave.map(({ id }) => id).join(' '),
  );

describe('rows in flight together', () => {
  test('are all of them where many of a key may be', () => {
    expect(waves('k1 k2 j1 -1 k3', 'many')).toEqual(['k1 k2 j1 -1 k3']);
  });

  test('are one of each key, and all without key, where only one may be', () => {
    expect(waves('k1 k2 j1 -1 -2 k3 j2', 'one')).toEqual(['k1 j1 -1 -2', 'k2 j2', 'k3']);
  });

  test('never stand behind a row of their key that was refused before', () => {
    expect(waves('k1! k2 j1 k3! k4 -1! -2', 'many')).toEqual(['k1! j1 -1! -2', 'k2 k3!', 'k4']);
  });

  test('are none when there are none', () => {
    expect(waves('', 'many')).toEqual([]);
  });
});
