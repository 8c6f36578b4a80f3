import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { eventually } from '@waybill/test-kit';
import { HeldByBrokers, notifications } from '../harness/held-by-brokers.js';
import { judgedFor, sound } from '../harness/judgement.js';
import { freshCustomer } from '../harness/order-api.js';
import type { Outside } from '../harness/outside.js';
import { ShopSales } from '../harness/shop-sales.js';
import { waybill } from '../harness/waybill-command.js';

const why = ['--actor', 'an operator', '--reason', 'an end-to-end test'];
const each = 5;
const fromTheBeginning = ['--from', '2020-01-01T00:00:00Z'];

interface Republished {
  readonly messages: Readonly<Record<string, number>>;
  readonly leftOut: number;
}

/** Every broker is lost at once, with all that ever went through it and all that was on its way. */
export function rebuiltBrokers(outside: Outside): void {
  const { system, orders, databases, kafka, rabbitmq, sqs, mailSink, audit, psp } = outside;
  const held = new HeldByBrokers(outside);
  const command = (...args: readonly string[]) => waybill(system.environment, ...args);
  const standing = (action: 'pause' | 'resume', ...names: readonly string[]) =>
    command('subscriptions', action, ...names, ...why);
  const paused: string[] = [];
  /** Settled and mailed about; the others are each stuck before one step. */
  const settled: string[] = [];
  const underWay: string[] = [];
  let auditedBefore: readonly string[] = [];
  let sku: string;

  beforeAll(async () => void (sku = await orders.stock({ priceCents: 900 })));
  afterAll(async () => void (paused.length > 0 && (await standing('resume', ...paused))));

  const place = () => {
    const customerId = freshCustomer();
    const customerEmail = `${customerId}@example.com`;
    return orders.place({ customerId, customerEmail, lines: [{ sku, quantity: 1 }] });
  };
  const placeSome = () => Promise.all(Array.from({ length: each }, place));

  /** Orders whose next message waits behind a paused subscription until `arrived`. */
  async function stuckBefore(subscription: string, arrived: (ids: readonly string[]) => Promise<void>) {
    expect(await standing('pause', subscription)).toMatchObject({ code: 0 });
    paused.push(subscription);
    const orderIds = await placeSome();
    await eventually(() => arrived(orderIds), 30_000);
    underWay.push(...orderIds);
  }

  const republish = async (...args: readonly string[]): Promise<Republished> => {
    const { code, stdout } = await command('republish', ...fromTheBeginning, '--json', ...args);
    expect(code).toBe(0);
    return JSON.parse(stdout) as Republished;
  };

  const audited = async (): Promise<string[]> => {
    const other = underWay.map((orderId) => `'${orderId}'`).join();
    const rows = await databases.query<{ id: string }>(
      'AUDIT',
      `SELECT message_id::text AS id FROM audit_log WHERE order_id NOT IN (${other}) ORDER BY 1`,
    );
    return rows.map(({ id }) => id);
  };

  describe('brokers that were lost with all they held', () => {
    test('leave orders where they were: nobody knows that anything is to be done', async () => {
      settled.push(...(await placeSome()));
      for (const orderId of settled) await orders.settled(orderId);
      await orders.cancel(settled[0]!);
      await orders.calledOff(settled[0]!);
      await held.untilNothing();

      await stuckBefore(notifications, async (ids) =>
        expect(await sqs.unsettled(notifications)).toBe(ids.length),
      );
      await stuckBefore('order-processing-group', async (ids) => {
        const captured = `state = 'captured' AND order_id IN (${ids.map((id) => `'${id}'`).join()})`;
        expect(await databases.count('PAYMENTS', 'payments', captured)).toBe(each);
      });
      await stuckBefore('payment_queue', async () =>
        expect(await rabbitmq.ready('payment_queue')).toBe(each),
      );
      await stuckBefore('order_processing', async () =>
        expect(await rabbitmq.ready('order_processing')).toBe(each),
      );
      await eventually(async () => {
        expect(await databases.count('ORDERS', 'outbox')).toBe(0);
        expect(await databases.count('PAYMENTS', 'outbox')).toBe(0);
        expect(await kafka.lag('audit', 'order-events', 'payments')).toBe(0);
      }, 30_000);
      auditedBefore = await audited();

      await system.stopServices();
      await held.loseWithAudit();
      await system.startServices();
      expect(await standing('resume', ...paused)).toMatchObject({ code: 0 });
      paused.length = 0;
      await held.untilNothing();
      const waiting = underWay.slice(each).map((orderId) => `'${orderId}'`);
      const pending = `status = 'PENDING' AND order_id IN (${waiting.join()})`;
      expect(await databases.count('ORDERS', 'orders', pending)).toBe(3 * each);
      expect(await audited()).toEqual([]);
    }, 240_000);

    test('are told again what they knew: orders go on from where they were, and no effect comes twice', async () => {
      // Of those that wait for their charge, and of those whose capture was lost on its way.
      const counted = await republish('--dry-run');
      expect(counted).toMatchObject({
        leftOut: 0,
        messages: { 'rabbitmq order_exchange/payment.requested': 2 * each },
      });
      // The mails of the beginning are older than anybody promises to remember; here they are not.
      const { code } = await command('republish', ...fromTheBeginning, ...why);
      expect(code).toBe(2);
      expect((await republish('--yes', ...why)).messages).toEqual(counted.messages);

      for (const orderId of underWay)
        expect(await orders.settled(orderId, 60_000)).toMatchObject({ status: 'CONFIRMED' });
      await held.untilNothing();
      await eventually(async () => {
        const mails = await mailSink.byOrder();
        for (const orderId of [...settled, ...underWay]) expect(mails.get(orderId)).toHaveLength(1);
      }, 60_000);
      for (const orderId of [...settled, ...underWay]) expect(await psp.captures(orderId)).toBe(1);
      const all = [...settled, ...underWay];
      expect(await judgedFor(system, all)).toMatchObject({ ...sound, orders: all.length });
    }, 240_000);

    test('hold every message under the id it had: an audit built anew from them is the one that was', async () => {
      expect(auditedBefore.length).toBeGreaterThan(3 * each);
      await eventually(async () => expect(await audited()).toEqual(auditedBefore), 30_000);
      expect(await audit.verify()).toMatchObject({ ok: true });
    }, 60_000);

    test('absorb being told a second time', async () => {
      const entries = await databases.count('AUDIT', 'audit_log');
      const told = await republish('--yes', ...why);
      await held.untilNothing();
      expect(told.messages['kafka order-events']).toBeGreaterThan(2 * underWay.length);
      expect(await databases.count('AUDIT', 'audit_log')).toBe(entries);
      const mails = await mailSink.byOrder();
      for (const orderId of [...settled, ...underWay]) expect(mails.get(orderId)).toHaveLength(1);
      expect((await command('dead-letters', 'list', '--json')).stdout.trim()).toBe('[]');
      const all = [...settled, ...underWay];
      expect(await judgedFor(system, all)).toMatchObject({ ...sound, orders: all.length });
    }, 240_000);

    test('let sales be counted anew, from the beginning of the topic in place of the lost one', async () => {
      const shop = new ShopSales({ system, databases });
      const rebuilt = await command('projections', 'rebuild', 'sales', '--json', ...why);
      expect(rebuilt).toMatchObject({ code: 0 });
      await eventually(async () => expect(await shop.byAudit()).toEqual(await shop.byOrders()), 30_000);
    }, 90_000);

    test('and who had it done, and why, is kept with the counts', async () => {
      for (const name of ['ORDERS', 'PAYMENTS'] as const) {
        const kept = await databases.query(
          name,
          'SELECT actor, reason FROM republications WHERE carried_out_at IS NOT NULL AND messages IS NOT NULL',
        );
        const by = { actor: 'an operator', reason: 'an end-to-end test' };
        expect(kept).toEqual([by, by]);
      }
    }, 30_000);
  });
}
