import { describe, expect, test } from '@jest/globals';
import { OrderError } from './order.errors.js';
import { priceLines } from './price-lines.js';

const prices = new Map([
  ['CD-1177', { sku: 'CD-1177', priceCents: 1177, currency: 'USD' }],
  ['CD-500', { sku: 'CD-500', priceCents: 500, currency: 'JPY' }],
  ['CD-BIG', { sku: 'CD-BIG', priceCents: 900_000_000, currency: 'USD' }],
]);
const body = (sku: string, quantity: number, currency = 'USD') => ({
  customerId: '1',
  lines: [{ sku, quantity }],
  currency,
  express: false,
});
const codeOf = (work: () => unknown) => {
  try {
    return void work();
  } catch (error) {
    return error instanceof OrderError ? `${error.code} ${error.field}` : error;
  }
};

describe('pricing', () => {
  test('sums minor units exactly', () => {
    expect(priceLines(body('CD-1177', 3), prices)).toEqual({
      lines: [{ sku: 'CD-1177', quantity: 3, unitPriceCents: 1177 }],
      totalCents: 3531,
    });
  });

  test('takes a currency without minor unit as it is', () => {
    expect(priceLines(body('CD-500', 2, 'JPY'), prices).totalCents).toBe(1000);
  });

  test('keeps the image that the product has now', () => {
    const shown = { sku: 'CD-1177', priceCents: 1177, currency: 'USD', imageS3Key: 'images/a.png' };
    const { lines } = priceLines(body('CD-1177', 1), new Map([['CD-1177', shown]]));
    expect(lines).toEqual([
      { sku: 'CD-1177', quantity: 1, unitPriceCents: 1177, imageS3Key: 'images/a.png' },
    ]);
  });

  test.each([
    ['an unknown SKU', body('CD-0', 1), 'unknown-sku lines.0.sku'],
    ['another currency', body('CD-500', 1), 'currency-differs lines.0.sku'],
    ['a total beyond exact numbers', body('CD-BIG', 10_000), 'total-too-large lines'],
  ])('refuses %s and names the field', (_, order, expected) => {
    expect(codeOf(() => priceLines(order, prices))).toBe(expected);
  });
});
