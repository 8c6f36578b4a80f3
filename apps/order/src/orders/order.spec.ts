import { describe, expect, test } from '@jest/globals';
import {
  outOfStock,
  paymentCancelled,
  paymentCaptured,
  paymentDeclined,
  stockReserved,
  timeIsUp,
  type Order,
  type OrderStatus,
} from './order.js';
import { createdEvent } from './order-messages.js';

const at = new Date('2026-11-24T08:00:00Z');
const orderId = '0193a000-0000-7000-8000-000000000001';
const pending: Order = {
  orderId,
  customerId: '00001',
  status: 'PENDING',
  totalCents: 1177,
  currency: 'USD',
  express: false,
  stockReserved: false,
  createdAt: at,
};
const reserved: Order = { ...pending, stockReserved: true };
const types = ({ announcements }: { announcements: readonly { contract: { type: string } }[] }) =>
  announcements.map(({ contract }) => contract.type);

describe('an order', () => {
  test('announces itself under its customer, with prices fixed', () => {
    const lines = [{ sku: 'CD-1177', quantity: 1, unitPriceCents: 1177 }];
    expect(createdEvent(pending, lines)).toMatchObject({
      key: '00001',
      subject: orderId,
      payload: { lines },
    });
  });

  test('with stock reserved asks for its total', () => {
    const decision = stockReserved(pending, at);
    expect(decision.order).toMatchObject({ status: 'PENDING', stockReserved: true });
    expect(decision.announcements[0]).toMatchObject({ payload: { amountCents: 1177, currency: 'USD' } });
  });

  test('of total 0 is confirmed without a charge, and its stock is sold', () => {
    const decision = stockReserved({ ...pending, totalCents: 0 }, at);
    expect(decision).toMatchObject({ order: { status: 'CONFIRMED', settledAt: at }, stock: 'sell' });
    expect(types(decision)).toEqual(['order.confirmed']);
  });

  test('without stock is rejected and releases nothing', () => {
    expect(outOfStock(pending, at)).toMatchObject({
      order: { status: 'REJECTED', reason: 'out-of-stock' },
      stock: 'keep',
    });
  });

  test.each([
    [paymentCaptured(reserved, at), 'CONFIRMED', 'sell', 'order.confirmed'],
    [paymentDeclined(reserved, 'declined', at), 'REJECTED', 'release', 'order.rejected'],
    [paymentCancelled(reserved, 'expired', at), 'EXPIRED', 'release', 'order.expired'],
  ] as const)('settled by payment: %#', (decision, status, stock, type) => {
    expect(decision).toMatchObject({ order: { status, stockReserved: false, settledAt: at }, stock });
    expect(types(decision)).toEqual([type]);
  });

  test('expiry only asks', () => {
    expect(timeIsUp(reserved)).toMatchObject({ order: reserved, stock: 'keep' });
    expect(types(timeIsUp(reserved))).toEqual(['payment.cancel']);
  });

  test.each(['CONFIRMED', 'REJECTED', 'EXPIRED'] satisfies OrderStatus[])(
    'once %s never changes again',
    (status) => {
      const settled: Order = { ...pending, status, settledAt: at };
      for (const decision of [
        paymentCaptured(settled, at),
        paymentDeclined(settled, 'declined', at),
        paymentCancelled(settled, 'expired', at),
        timeIsUp(settled),
      ])
        expect(decision).toEqual({ order: settled, stock: 'keep', announcements: [] });
    },
  );
});
