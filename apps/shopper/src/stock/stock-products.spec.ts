import { expect, test } from '@jest/globals';
import { isScarce } from './scarce-skus.js';
import { topUp } from './stock-products.js';

const skus = Array.from({ length: 10_000 }, (_, cents) => `CD-${cents}`);
const scarce = skus.find(isScarce) ?? '';
const plenty = skus.find((sku) => !isScarce(sku)) ?? '';

const line = (sku: string, quantity: number) => ({ sku, quantity, priceCents: 1_177 });
const held = (sku: string, onHand: number, reserved: number) => ({
  sku,
  priceCents: 1_177,
  onHand,
  reserved,
});

test('an unknown product gets what the run takes', () =>
  expect(topUp(line(plenty, 7), undefined)).toEqual({ sku: plenty, priceCents: 1_177, onHand: 7 }));

test('what other orders have reserved does not count as there', () =>
  expect(topUp(line(plenty, 7), held(plenty, 9, 4))?.onHand).toBe(11));

test('a product that holds enough is left alone', () =>
  expect(topUp(line(plenty, 7), held(plenty, 11, 4))).toBeUndefined());

test('a changed price is put without taking stock away', () =>
  expect(topUp({ ...line(plenty, 7), priceCents: 5 }, held(plenty, 90, 4))).toEqual({
    sku: plenty,
    priceCents: 5,
    onHand: 90,
  }));

test('a scarce product gets half of what the run takes, and exists even at none', () => {
  expect(topUp(line(scarce, 7), undefined)?.onHand).toBe(3);
  expect(topUp(line(scarce, 1), undefined)?.onHand).toBe(0);
});

test('about one SKU in a hundred is scarce, the same ones each time', () => {
  const share = skus.filter(isScarce).length / skus.length;
  expect(share).toBeGreaterThan(0.007);
  expect(share).toBeLessThan(0.013);
});
