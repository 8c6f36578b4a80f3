import { beforeAll, describe, expect, test } from '@jest/globals';
import { eventually } from '@waybill/test-kit';
import { randomBytes, randomUUID } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { differences as lineDifferences } from '../../../../tools/logs/differences.ts';
import { differences } from '../../../../tools/traces/differences.ts';
import type { Kind } from '../../../../tools/traces/drawings.ts';
import { judgeTrace } from '../../../../tools/traces/judge-trace.ts';
import { placeOrdersOfEachKind, type OrdersOfEachKind } from '../../../../tools/traces/orders/place-kinds.ts';
import { ShopApi } from '../../../../tools/traces/orders/shop-api.ts';
import { rabbitmqEnvelope } from '../harness/cloud-event.js';
import { freshCustomer } from '../harness/order-api.js';
import type { Outside } from '../harness/outside.js';
import { allLines } from '../harness/service-logs.js';
import { waybill } from '../harness/waybill-command.js';

const exportedWithinMs = 30_000;
const kinds: readonly Kind[] = ['ordinary', 'retried', 'replayed', 'parked'];

/** Asks for the order to be traced, and is the parent of all of it. */
const sampled = () => `00-${randomBytes(16).toString('hex')}-${randomBytes(8).toString('hex')}-01`;

/** What the services tell their collector about orders, walked edge by edge (tools/traces/drawings.ts). */
export function traces({ system, rabbitmq, deliveries }: Outside): void {
  const ask = (path: string, request: RequestInit = {}) =>
    fetch(`${system.address('ORDER_URL')}${path}`, {
      ...request,
      headers: { 'content-type': 'application/json', traceparent: sampled() },
    });

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

  describe('spans and log lines, those of the orders’ traces and of whatever failed before,', () => {
    test('are those of the registry: no other name, kind, service, attribute, link, and none never made', async () => {
      const quote = { method: 'POST', body: JSON.stringify({ customerId: 'c-1', totalCents: 10_000 }) };
      expect((await ask('/quotes', quote)).status).toBe(200);
      expect((await ask('/no-such-route')).status).toBe(404);
      await correctedAndDiscarded();
      await eventually(() => expect(differences(system.traces.all())).toEqual([]), exportedWithinMs);
    }, 120_000);

    test('are those of the registry: no other line about a message, at another level or with another field', async () => {
      expect(await lineDifferences(allLines(system.site))).toEqual([]);
    }, 60_000);
  });

  /** A message that is wrong, and no better for its correction. */
  async function correctedAndDiscarded(): Promise<void> {
    const id = randomUUID();
    const charge = (amountCents: number) => JSON.stringify({ orderId: id, customerId: 'c', amountCents });
    const isDead = () =>
      eventually(
        async () =>
          expect(await deliveries.payment.find('payment_queue', id)).toMatchObject({ state: 'dead' }),
        30_000,
      );
    const operate = (...args: readonly string[]) =>
      waybill(system.environment, 'dead-letters', ...args, '--reason', 'an end-to-end test');

    const headers = rabbitmqEnvelope({ id, type: 'payment.requested', subject: id });
    await rabbitmq.send('payment_queue', Buffer.from(charge(-5)), { messageId: id, headers });
    await isDead();
    const file = join(system.site.folder, `${id}.json`);
    await writeFile(file, charge(-6));
    expect(await operate('correct', id, '--body', file)).toMatchObject({ code: 1 });
    await isDead();
    expect(await operate('discard', id)).toMatchObject({ code: 0 });
  }
}
