import { createHash } from 'node:crypto';
import { expect, jest, test } from '@jest/globals';
import type { Order } from '../orders/order.js';
import { imagesOf, invoiceOf } from './invoice.js';

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

test('how a currency is written is worked out once, for as many as are kept', () => {
  const worked = jest.spyOn(Intl, 'NumberFormat');
  const invoicesIn = (currencies: string[]) => {
    worked.mockClear();
    for (const currency of currencies) invoiceOf({ ...order, currency }, lines);
    return worked.mock.calls.length;
  };
  const hundredAndOne = Array.from(
    { length: 101 },
    (_, n) => `X${String.fromCharCode(65 + n / 26, 65 + (n % 26))}`,
  );
  expect(invoicesIn(['EUR', 'EUR', 'CHF', 'EUR'])).toBe(2);
  expect(invoicesIn([...hundredAndOne, 'EUR'])).toBe(102);
  worked.mockRestore();
});

test('what a customer wrote is text', () => {
  const invoice = invoiceOf(order, lines);
  expect(invoice).not.toContain('<b>');
  expect(invoice).toContain('&#60;b&#62;&#34;00001&#34;&#60;/b&#62;');
});

const image = (digit: string) => `images/${digit.repeat(64)}.png`;
const line = (sku: string, imageS3Key?: string) => ({
  ...{ sku, quantity: 1, unitPriceCents: 1177 },
  ...(imageS3Key && { imageS3Key }),
});

test('an image stands beside its line, as part of the mail and with words in its place', () => {
  const invoice = invoiceOf(order, [line('CD-"1"', image('a')), line('CD-2')]);
  const named = `<img src="cid:${'a'.repeat(64)}.png@waybill" alt="Image of CD-&#34;1&#34;" height="48"`;
  expect(invoice).toContain(`<td>${named} style="vertical-align: middle"> CD-&#34;1&#34;</td>`);
  expect(invoice).toContain('<td>CD-2</td>');
});

test('an invoice without images has the bytes it had before there were any', () => {
  const sha256 = createHash('sha256').update(invoiceOf(order, lines)).digest('hex');
  expect(sha256).toBe('6b5132df5310ec100c42ae9a4319fb6d491e3d23133c74ba26d09b647d9517a3');
});

test('images of a mail are distinct, in the order of their lines, and ten at most; the invoice shows no other', () => {
  const twice = [line('CD-1', image('b')), line('CD-2'), line('CD-3', image('a')), line('CD-4', image('b'))];
  expect(imagesOf(twice)).toEqual([image('b'), image('a')]);
  const many = [...'0123456789abcdef'].map((digit) => line(`CD-${digit}`, image(digit)));
  expect(imagesOf(many)).toEqual([...'0123456789'].map(image));
  expect(invoiceOf(order, many).match(/<img /g)).toHaveLength(10);
});
