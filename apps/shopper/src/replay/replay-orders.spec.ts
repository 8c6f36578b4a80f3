import { expect, test } from '@jest/globals';
import { orderOf } from './replay-orders.js';

const purchase = (row: number) => ({ row, customerId: '00004', quantity: 2, totalCents: 2933 });
const rows = Array.from({ length: 2_000 }, (_, row) => row);
const expressRows = (rate: number) => rows.filter((row) => orderOf(purchase(row), rate).express);

test('an order names what is bought and never its price', () =>
  expect(orderOf(purchase(0), 0)).toEqual({
    customerId: '00004',
    customerEmail: 'customer-00004@example.com',
    lines: [
      { sku: 'CD-1466', quantity: 1 },
      { sku: 'CD-1467', quantity: 1 },
    ],
  }));

test('the share of express orders is kept, by the same rows each time', () => {
  expect(expressRows(0)).toEqual([]);
  expect(expressRows(1)).toEqual(rows);
  expect(expressRows(0.1).length).toBeGreaterThan(160);
  expect(expressRows(0.1).length).toBeLessThan(240);
  expect(expressRows(0.1)).toEqual(expressRows(0.1));
});
