import { expect, test } from '@jest/globals';
import type { Capture, Evidence, OrderRow } from './evidence.ts';
import { judgeRefunds } from './judge-refunds.ts';

const order = (orderId: string, change: Partial<OrderRow> = {}): OrderRow => ({
  orderId,
  status: 'CONFIRMED',
  totalCents: 100,
  hasEmail: false,
  erased: false,
  ...change,
});
const back = { cancelRequested: true, refunded: true };
const capture = (orderId: string, refunded = false): Capture => ({ orderId, amountCents: 100, refunded });
const judged = (orders: OrderRow[], captures: Capture[]) => judgeRefunds({ orders, captures } as Evidence);

test('a cancelled order that was paid, a free one and one that was never confirmed are right', () => {
  const free = order('free', { ...back, totalCents: 0 });
  const expired = order('expired', { status: 'EXPIRED', cancelRequested: true });
  const found = judged(
    [order('kept'), order('a', back), free, expired],
    [capture('kept'), capture('a', true)],
  );
  expect(found).toEqual({ figures: { refunds: 1 }, violations: [] });
});

test.each([
  [
    'a refund that does not come',
    [order('a', { cancelRequested: true })],
    [capture('a')],
    '1 cancelled orders are not given back yet: a',
  ],
  [
    'a refund only in the row',
    [order('a', back)],
    [capture('a')],
    '1 orders are marked refunded without a refund by the provider: a',
  ],
  [
    'a refund nobody asked for',
    [order('a')],
    [capture('a', true)],
    '1 orders were refunded without being cancelled: a',
  ],
])('%s is told', (_what, orders, captures, sentence) => {
  expect(judged(orders, captures).violations).toEqual([sentence]);
});
