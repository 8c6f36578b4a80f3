import { beforeAll, describe, expect, test } from '@jest/globals';
import { eventually } from '@waybill/test-kit';
import { randomBytes } from 'node:crypto';
import type { Kind } from '../../../../tools/traces/drawings.ts';
import { judgeTrace } from '../../../../tools/traces/judge-trace.ts';
import { placeOrdersOfEachKind, type OrdersOfEachKind } from '../../../../tools/traces/orders/place-kinds.ts';
import { ShopApi } from '../../../../tools/traces/orders/shop-api.ts';
import { freshCustomer } from '../harness/order-api.js';
import type { Outside } from '../harness/outside.js';

const exportedWithinMs = 30_000;
const kinds: readonly Kind[] = ['ordinary', 'retried', 'replayed', 'parked'];

/** Asks for the order to be traced, and is the parent of all of it. */
const sampled = () => `00-${randomBytes(16).toString('hex')}-${randomBytes(8).toString('hex')}-01`;

/** What the services tell their collector about orders, walked edge by edge (tools/traces/drawings.ts). */
export function traces({ system }: Outside): void {
  describe('an order’s trace', () => {
    let orders: OrdersOfEachKind;

    const asDrawn = (kind: Kind, orderId: string) =>
      eventually(() => expect(judgeTrace(kind, system.traces.of(orderId))).toEqual([]), exportedWithinMs);

    beforeAll(async () => void (orders = await placeOrdersOfEachKind(system.environment, sampled)), 180_000);

    test.each(kinds)(
      'has every edge and link of its drawing, and no other: %s',
      (kind) => asDrawn(kind, orders[kind]),
      exportedWithinMs + 5_000,
    );

    test('has none that comes later, when every service has exported that of a later order', async () => {
      const shop = new ShopApi(system.environment);
      const later = await shop.place(await shop.stock(), freshCustomer(), sampled());
      await asDrawn('ordinary', later);
      for (const kind of kinds) expect(judgeTrace(kind, system.traces.of(orders[kind]))).toEqual([]);
    }, 45_000);
  });
}
