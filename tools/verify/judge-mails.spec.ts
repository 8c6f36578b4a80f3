import { expect, test } from '@jest/globals';
import type { Evidence, OrderRow, SentMail } from './evidence.ts';
import { judgeMails } from './judge-mails.ts';

const order = (orderId: string, change: Partial<OrderRow> = {}): OrderRow => ({
  orderId,
  status: 'CONFIRMED',
  totalCents: 100,
  hasEmail: true,
  erased: false,
  ...change,
});
const mail = (orderId: string, messageId = orderId, invoicedCents: number | undefined = 100): SentMail => ({
  orderId,
  messageId,
  invoicedCents,
});
const judged = (orders: OrderRow[], mails: SentMail[]) => judgeMails({ orders, mails } as Evidence);

test('one mail for each confirmed order that has an address, and none for others, is right', () => {
  const orders = [order('a'), order('b', { hasEmail: false }), order('c', { status: 'REJECTED' })];
  expect(judged(orders, [mail('a')])).toEqual({
    figures: { mails: 1, doubledMails: 0, lost: 0 },
    violations: [],
  });
});

test('the same mail twice is one', () => {
  expect(judged([order('a')], [mail('a'), mail('a')]).violations).toEqual([]);
});

test.each([
  ['a missing mail', [order('a')], [], '1 confirmed orders have no mail: a'],
  ['two mails', [order('a')], [mail('a', 'x'), mail('a', 'y')], '1 orders have more than one mail: a'],
  [
    'a mail about a rejected order',
    [order('a', { status: 'REJECTED' })],
    [mail('a')],
    '1 orders were mailed about without being confirmed: a',
  ],
  [
    'a wrong invoice',
    [order('a')],
    [mail('a', 'x', 99)],
    '1 invoices have another total than their order: a',
  ],
  [
    'no invoice',
    [order('a')],
    [{ orderId: 'a', messageId: 'x' }],
    '1 invoices have another total than their order: a',
  ],
])('%s is told', (_what, orders, mails, sentence) => {
  expect(judged(orders, mails).violations).toEqual([sentence]);
});
