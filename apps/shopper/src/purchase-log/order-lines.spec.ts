import { expect, test } from '@jest/globals';
import { orderLinesOf } from './order-lines.js';

const purchase = (quantity: number, totalCents: number) => ({
  row: 0,
  customerId: '1',
  quantity,
  totalCents,
});

test('two CDs at 29.33 cost 14.66 and 14.67', () => {
  expect(orderLinesOf(purchase(2, 2933))).toEqual([
    { sku: 'CD-1466', quantity: 1, priceCents: 1466 },
    { sku: 'CD-1467', quantity: 1, priceCents: 1467 },
  ]);
});

test('a total that divides evenly is one line', () => {
  expect(orderLinesOf(purchase(3, 3531))).toEqual([{ sku: 'CD-1177', quantity: 3, priceCents: 1177 }]);
});

test('a total of 0 buys CD-0', () => {
  expect(orderLinesOf(purchase(1, 0))).toEqual([{ sku: 'CD-0', quantity: 1, priceCents: 0 }]);
});

test('fewer cents than CDs leaves some for nothing', () => {
  expect(orderLinesOf(purchase(3, 1))).toEqual([
    { sku: 'CD-0', quantity: 2, priceCents: 0 },
    { sku: 'CD-1', quantity: 1, priceCents: 1 },
  ]);
});
