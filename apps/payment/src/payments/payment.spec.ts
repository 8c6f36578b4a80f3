import { describe, expect, test } from '@jest/globals';
import { conclusionFrom, notClaimed, type Command, type Payment } from './payment.js';

const ids = { orderId: '01939c2e-8a31-7000-8000-00000000000a', customerId: '4711' };
const paymentId = '01939c2e-8a31-7000-8000-00000000000b';
const request: Command = { ...ids, amountCents: 1_177, currency: 'USD' };
const cancel: Command = { ...ids, because: 'expired' };

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

describe('a command that could not claim its payment', () => {
  test.each(['captured', 'declined', 'cancelled'] as const)('is done when the payment is %s', (state) => {
    expect(notClaimed(final(state), request)).toEqual({ kind: 'done' });
    expect(notClaimed(final(state), cancel)).toEqual({ kind: 'done' });
  });

  test('waits, without an attempt, while somebody else asks', () => {
    const waits = { kind: 'retryLater', because: 'lease-held', spendsAttempt: false };
    expect(notClaimed(asked, request)).toEqual(waits);
    expect(notClaimed(asked, cancel)).toEqual(waits);
  });

  test.each([{ amountCents: 1_178 }, { currency: 'JPY' }])(
    'is set aside when it asks for %p after another amount was asked for, even for a final payment',
    (other) => {
      const verdict = { kind: 'deadLetter', because: 'amount-differs' };
      expect(notClaimed(asked, { ...request, ...other })).toEqual(verdict);
      expect(notClaimed(final('captured'), { ...request, ...other })).toEqual(verdict);
    },
  );

  test('charges nothing when the payment was cancelled before it was requested', () => {
    const { amountCents: _, currency: __, ...unpriced } = final('cancelled');
    expect(notClaimed(unpriced, request)).toEqual({ kind: 'done' });
  });
});

describe('the provider’s answer makes the payment', () => {
  test.each(['captured', 'cancelled'] as const)('%s', (kind) => {
    expect(conclusionFrom({ kind })).toEqual({ state: kind, outcome: { kind: 'done' } });
  });

  test('declined, with the reason', () => {
    const conclusion = conclusionFrom({ kind: 'declined', because: 'insufficient-funds' });
    expect(conclusion).toEqual({
      state: 'declined',
      because: 'insufficient-funds',
      outcome: { kind: 'done' },
    });
  });

  test('unknown, to be asked again without an attempt', () => {
    expect(conclusionFrom({ kind: 'unknown', because: 'psp-silent: timeout' })).toEqual({
      state: 'unknown',
      because: 'psp-silent: timeout',
      outcome: {
        kind: 'retryLater',
        because: 'payment-unknown',
        spendsAttempt: false,
        afterMs: 30_000,
      },
    });
  });

  test('unknown when the request was refused, which sets only the command aside', () => {
    const conclusion = conclusionFrom({ kind: 'refused', because: 'psp-refused: 422' });
    expect(conclusion).toMatchObject({
      state: 'unknown',
      outcome: { kind: 'deadLetter', because: 'psp-refused: 422' },
    });
  });
});
