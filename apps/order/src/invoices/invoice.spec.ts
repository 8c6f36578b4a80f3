import { expect, test } from '@jest/globals';
import type { Order } from '../orders/order.js';
import { invoiceOf } from './invoice.js';

const order: Order = {
  orderId: '0193a000-0000-7000-8000-000000000001',
  customerId: '<b>"00001"</b>',
  status: 'CONFIRMED',
  totalCents: 3531,
  currency: 'USD',
  express: false,
  stockReserved: false,
  createdAt: new Date('2026-11-24T08:00:00Z'),
  settledAt: new Date('2026-11-25T08:00:00Z'),
};
const lines = [{ sku: 'CD-1177', quantity: 3, unitPriceCents: 1177 }];

test('an invoice names order, lines and total, for people and for programs', () => {
  const invoice = invoiceOf(order, lines);
  expect(invoice).toContain(order.orderId);
  expect(invoice).toContain('<td>CD-1177</td><td>3</td><td>$11.77</td><td>$35.31</td>');
  expect(invoice).toContain('<data value="3531">$35.31</data>');
  expect(invoice).toContain('<dd>2026-11-25</dd>');
});

test('money without minor units is not divided', () => {
  expect(invoiceOf({ ...order, currency: 'JPY' }, lines)).toContain('<data value="3531">¥3,531</data>');
});

test('what a customer wrote is text', () => {
  const invoice = invoiceOf(order, lines);
  expect(invoice).not.toContain('<b>');
  expect(invoice).toContain('&#60;b&#62;&#34;00001&#34;&#60;/b&#62;');
});
