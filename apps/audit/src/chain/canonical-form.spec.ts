import { describe, expect, test } from '@jest/globals';
import { canonicalText, lengthPrefixed } from './canonical-form.js';

describe('canonical text', () => {
  test('is the same in whatever order names were given', () => {
    expect(canonicalText({ b: '2', a: '1' })).toBe('{"a":"1","b":"2"}');
    expect(canonicalText({ a: '1', b: '2' })).toBe('{"a":"1","b":"2"}');
  });

  test('sorts names that look like numbers as text too', () => {
    expect(canonicalText({ 2: 'x', 10: 'y' })).toBe('{"10":"y","2":"x"}');
  });

  test('escapes what a text column would refuse', () => {
    expect(canonicalText({ a: '\u0000' })).toBe('{"a":"\\u0000"}');
  });
});

describe('length-prefixed fields', () => {
  test('are told apart however they are cut', () => {
    expect(lengthPrefixed(['ab', 'c'])).not.toEqual(lengthPrefixed(['a', 'bc']));
  });

  test('tell absent from empty', () => {
    expect(lengthPrefixed([null])).not.toEqual(lengthPrefixed(['']));
  });

  test('are length, then bytes', () => {
    expect(lengthPrefixed(['é', new Uint8Array([7])]).toString('hex')).toBe('00000002c3a90000000107');
  });
});
