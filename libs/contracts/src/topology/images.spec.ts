import { expect, test } from '@jest/globals';
import { imageS3Key } from '../fields.js';
import { claims } from './claims.js';
import { contentIdOf, images, imageTypeOf } from './images.js';

const sha256 = '0'.repeat(64);
const keyOf = (extension: string) => `${images.prefix}/${sha256}.${extension}`;

test.each(Object.entries(images.extensions))(
  '%s has a key that the API takes, and that says so',
  (type, extension) => {
    expect(imageS3Key.safeParse(keyOf(extension)).success).toBe(true);
    expect(imageTypeOf(keyOf(extension))).toBe(type);
  },
);

test.each(['svg', 'html', ''])('nothing else has: .%s', (extension) => {
  expect(imageS3Key.safeParse(keyOf(extension)).success).toBe(false);
  expect(imageTypeOf(keyOf(extension))).toBeUndefined();
});

test('a mail with as many images as it may have, each in it twice, stays below 10 MB', () => {
  const [attached, embedded] = [(4 / 3) * 1.03, (4 / 3) ** 2 * 1.03]; // base64, in lines
  expect(images.mostInAMail * images.maxBytes * (attached + embedded)).toBeLessThan(10_000_000);
});

test('an image is named by its hash, where a claim’s prefix cannot reach it', () => {
  expect(contentIdOf(keyOf('png'))).toBe(`${sha256}.png@waybill`);
  expect(images.prefix.startsWith(`${claims.prefix}/`)).toBe(false);
});
