import { describe, expect, test } from '@jest/globals';
import { PaymentCancelled, PaymentCaptured, PaymentDeclined, PaymentUnknown } from '@waybill/contracts';
import { settledEvents, unknownEvents } from './payment-events.js';
import type { Payment } from './payment.js';

const ids = { orderId: '01939c2e-8a31-7000-8000-00000000000a', customerId: '4711' };
const paymentId = '01939c2e-8a31-7000-8000-00000000000b';

const asked: Payment = {
  ...ids,
  paymentId,
  amountCents: 1_177,
  currency: 'USD',
  state: 'asking',
  asks: 1,
  askedSince: new Date('2026-11-24T10:00:00Z'),
};
const final = (state: Payment['state']): Payment => ({
  ...asked,
  state,
  settledAt: new Date('2026-11-24T10:00:01Z'),
});

describe('a payment announces', () => {
  const announced = (payment: Payment) =>
    [...unknownEvents(payment), ...settledEvents(payment)].map(({ contract, key, payload }) => [
      contract,
      key,
      payload,
    ]);

  test('its capture, by customer', () => {
    const payload = { ...ids, paymentId, amountCents: 1_177, currency: 'USD' };
    expect(announced(final('captured'))).toEqual([[PaymentCaptured, '4711', payload]]);
  });

  test('its decline and the reason', () => {
    const payload = { ...ids, paymentId, because: 'insufficient-funds' };
    expect(announced({ ...final('declined'), because: 'insufficient-funds' })).toEqual([
      [PaymentDeclined, '4711', payload],
    ]);
  });

  test('its cancellation and who wanted it, also when a charge was the one to learn of it', () => {
    const payload = { ...ids, paymentId, because: 'expired' };
    expect(announced({ ...final('cancelled'), cancelBecause: 'expired' })).toEqual([
      [PaymentCancelled, '4711', payload],
    ]);
    expect(announced(final('cancelled'))).toEqual([
      [PaymentCancelled, '4711', { ...payload, because: 'cancelled-at-psp' }],
    ]);
  });

  test('that nobody knows whether the money moved, and why that was at first', () => {
    const payload = { ...ids, paymentId, because: 'psp-answered: 500' };
    const unknown = { unknownAt: new Date('2026-11-24T10:00:02Z'), unknownBecause: 'psp-answered: 500' };
    expect(announced({ ...asked, ...unknown, state: 'unknown', because: 'psp-silent: timeout' })).toEqual([
      [PaymentUnknown, '4711', payload],
    ]);
  });

  test('the same message, id and all, however often it is told', () => {
    expect(settledEvents(final('captured'))).toEqual(settledEvents(final('captured')));
    expect(settledEvents(final('captured'))[0]!.id).not.toBe(settledEvents(final('declined'))[0]!.id);
  });

  test('nothing while the provider is being asked', () => {
    expect(announced(asked)).toEqual([]);
  });
});
