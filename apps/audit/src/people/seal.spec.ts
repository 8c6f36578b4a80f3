import { expect, test } from '@jest/globals';
import { newKey, seal, unseal } from './seal.js';

const key = newKey();
const bytes = Buffer.from('{"customerEmail":"ann@example.com"}');
const sealed = seal(bytes, key, 'message');

test('what was sealed opens under its key, byte for byte', () => {
  expect(unseal(sealed, key, 'message')).toEqual(bytes);
});

test('the same bytes are never sealed the same twice', () => {
  expect(seal(bytes, key, 'message')).not.toEqual(sealed);
});

test.each([
  ['under another key', sealed, newKey(), 'message'],
  ['as another message', sealed, key, 'other'],
  ['when a byte was changed', Buffer.from(sealed).fill(0, 40, 41), key, 'message'],
])('a seal does not open %s', (_, bytesOf, keyOf, id) => {
  expect(unseal(bytesOf, keyOf, id)).toBeUndefined();
});
