import { expect, test } from '@jest/globals';
import { OrderConfirmed } from '@waybill/contracts';
import { uuidV7 } from '@waybill/service-kit';
import { eventOf } from '../testing/test-events.js';
import { SalesCount } from './sales-count.js';

const passedOver: string[] = [];
const count = () => new SalesCount(({ offset }, partition) => passedOver.push(`${partition}/${offset}`));
const at = { partition: 2, next: 10n };

interface Facts {
  readonly orderId: string;
  readonly settledAt: string;
  readonly currency: string;
  readonly totalCents: number;
}

function confirmed(facts: Partial<Facts> = {}) {
  const payload = { ...OrderConfirmed.example, orderId: uuidV7(), ...facts };
  return { ...eventOf({ type: 'order.confirmed', body: JSON.stringify(payload) }), offset: '7' };
}

test('confirmed orders add up by the minute in which they settled, and by currency', () => {
  const [early, late] = ['2026-01-02T03:04:00.000Z', '2026-01-02T03:05:59.999Z'];
  const counted = count().of(
    [
      confirmed({ settledAt: late, totalCents: 1 }),
      confirmed({ settledAt: early, totalCents: 10 }),
      confirmed({ settledAt: early.replace('00.0', '59.9'), totalCents: 100 }),
      confirmed({ settledAt: early, totalCents: 1_000, currency: 'JPY' }),
      { ...eventOf({ type: 'order.rejected' }), offset: '8' },
    ],
    at,
  );
  expect(counted).toEqual({
    partition: 2,
    next: 10,
    minutes: [
      { minute: '2026-01-02T03:05:00.000Z', currency: 'USD', orders: 1, cents: 1 },
      { minute: '2026-01-02T03:04:00.000Z', currency: 'USD', orders: 2, cents: 110 },
      { minute: '2026-01-02T03:04:00.000Z', currency: 'JPY', orders: 1, cents: 1_000 },
    ],
  });
});

test('a copy counts nothing: in the same batch, or behind it once that is known', () => {
  const sales = count();
  const [one, other] = [confirmed(), confirmed()];
  expect(sales.of([one, one], at)?.minutes).toMatchObject([{ orders: 1 }]);
  expect(sales.of([one], at)?.minutes).toMatchObject([{ orders: 1 }]); // not written yet: asked again
  sales.know([one], at);
  expect(sales.of([one, other], at)?.minutes).toMatchObject([{ orders: 1 }]);
  expect(sales.of([one], at)).toBeUndefined();
});

test('what cannot be read is told with its place, and the rest is counted', () => {
  const broken = { ...confirmed(), body: Buffer.from('{') };
  const bare = { key: '', attributes: {}, headers: {}, body: Buffer.from('?'), offset: '9' };
  expect(count().of([broken, bare, confirmed()], at)?.minutes).toMatchObject([{ orders: 1 }]);
  expect(passedOver).toEqual(['2/7', '2/9']);
});
