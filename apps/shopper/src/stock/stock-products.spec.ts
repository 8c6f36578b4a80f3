import { expect, test } from '@jest/globals';
import { isScarce } from './scarce-skus.js';
import type { Product } from '../order-api/order-api.js';
import type { OrderLine } from '../purchase-log/order-lines.js';
import { topUp } from './stock-products.js';

const skus = Array.from({ length: 10_000 }, (_, cents) => `CD-${cents}`);
const scarce = skus.find(isScarce) ?? '';
const plenty = skus.find((sku) => !isScarce(sku)) ?? '';

const line = (sku: string, quantity: number) => ({ sku, quantity, priceCents: 1_177 });
const imageS3Key = 'images/cover.png';
const held = (sku: string, onHand: number, reserved: number) => ({
  sku,
  priceCents: 1_177,
  imageS3Key,
  onHand,
  reserved,
});
const put = (line: OrderLine, product?: Product) => topUp(line, imageS3Key, product);

test('an unknown product gets what the run takes, and 20 to spare', () =>
  expect(put(line(plenty, 7))).toEqual({ sku: plenty, priceCents: 1_177, imageS3Key, onHand: 27 }));

test('what other orders have reserved does not count as there', () =>
  expect(put(line(plenty, 7), held(plenty, 9, 4))?.onHand).toBe(31));

test('a product that holds enough is left alone', () =>
  expect(put(line(plenty, 7), held(plenty, 31, 4))).toBeUndefined());

test('a changed price is put without taking stock away', () =>
  expect(put({ ...line(plenty, 7), priceCents: 5 }, held(plenty, 90, 4))).toEqual({
    sku: plenty,
    priceCents: 5,
    imageS3Key,
    onHand: 90,
  }));

test('a product that had another image, or none, is put with its own', () => {
  const other = { ...held(plenty, 31, 4), imageS3Key: 'images/other.png' };
  const none = { ...held(plenty, 31, 4), imageS3Key: undefined };
  for (const product of [other, none])
    expect(put(line(plenty, 7), product)).toMatchObject({ imageS3Key, onHand: 31 });
});

test('a scarce product gets half of what the run takes, and exists even at none', () => {
  expect(put(line(scarce, 7))?.onHand).toBe(3);
  expect(put(line(scarce, 1))?.onHand).toBe(0);
});

test('about one SKU in a hundred is scarce, the same ones each time', () => {
  const share = skus.filter(isScarce).length / skus.length;
  expect(share).toBeGreaterThan(0.007);
  expect(share).toBeLessThan(0.013);
});
