import { expect, test } from '@jest/globals';
import { OrderBook } from './order-book.js';

const at = (ms: number) => new Date(ms).toISOString();

function bookOfThree(): OrderBook {
  const book = new OrderBook();
  book.firstPostAtMs = 1_000;
  book.accept('a', 1_000, 1_005);
  book.accept('b', 1_500, 1_510);
  book.accept('c', 2_000, 2_010);
  return book;
}

test('latency runs from the POST to the time the order itself names', () => {
  const book = bookOfThree();
  book.see({ orderId: 'a', status: 'CONFIRMED', settledAt: at(1_040) });
  book.see({ orderId: 'b', status: 'REJECTED', settledAt: at(3_000) });
  expect([book.latencyMs(0.5), book.latencyMs(0.99)]).toEqual([40, 1_500]);
  expect(book.ordersPerSecond()).toBe(1);
});

test('counts say how far each order has come', () => {
  const book = bookOfThree();
  book.refused = 4;
  book.shed = 2;
  book.see({ orderId: 'a', status: 'CONFIRMED', settledAt: at(1_040) });
  book.see({ orderId: 'c', status: 'EXPIRED', settledAt: at(9_000) });
  const counts = {
    accepted: 3,
    refused: 4,
    shed: 2,
    unanswered: 0,
    confirmed: 1,
    rejected: 0,
    expired: 1,
    pending: 1,
  };
  expect(book.counts()).toEqual(counts);
  expect(book.pendingIds()).toEqual(['b']);
});

test('pending orders and orders of other runs change nothing', () => {
  const book = bookOfThree();
  book.see({ orderId: 'a', status: 'PENDING' });
  book.see({ orderId: 'stranger', status: 'CONFIRMED', settledAt: at(5) });
  expect(book.counts()).toMatchObject({ accepted: 3, confirmed: 0, pending: 3 });
});
