import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { eventually } from '@waybill/test-kit';
import type { Outside } from '../harness/outside.js';
import type { RabbitmqListener } from '../harness/rabbitmq-outsider.js';
import { waybill } from '../harness/waybill-command.js';

const backlog = 5_000;
const atATime = 50;
/** Handed to the consumer in one go, and hence in any order among themselves. */
const prefetched = 10;

/** At some 100 payments a second on two idle cores; the rest is room. */
const allSettledWithinMs = 300_000;

const why = ['--actor', 'an operator', '--reason', 'a backlog'];

/** Orders in a hurry. */
export function express({ system, orders, rabbitmq, databases }: Outside): void {
  const command = (action: string) =>
    waybill(system.environment, 'subscriptions', action, 'order_processing', ...why);
  let exchange: RabbitmqListener;

  beforeAll(async () => {
    exchange = await rabbitmq.listen('order_exchange');
  });

  afterAll(async () => {
    await command('resume');
    await exchange.close();
  });

  describe('an express order', () => {
    test('overtakes 5,000 that wait, all of which settle behind it', async () => {
      const sku = await orders.stock({ priceCents: 500, onHand: 2 * backlog });
      const place = (hurry: boolean) => orders.place({ lines: [{ sku, quantity: 1 }], express: hurry });
      expect(await command('pause')).toMatchObject({ code: 0 });
      const orderIds: string[] = [];
      let begun = 0;
      const placeSome = async () => {
        while (begun++ < backlog) orderIds.push(await place(false));
      };
      await Promise.all(Array.from({ length: atATime }, placeSome));
      await waiting(backlog);
      const expressId = await place(true);
      await waiting(backlog + 1);

      expect(await command('resume')).toMatchObject({ code: 0 });
      await eventually(() => expect(reservedBefore(expressId)).toBeLessThan(2 * prefetched), 60_000);
      // Whatever comes next must not have to wait behind these payments.
      await orders.settled(orderIds.at(-1)!, allSettledWithinMs);
      // On other partitions than the last one's, some may come a little later.
      await eventually(async () => expect(await confirmed(orderIds)).toBe(backlog), 60_000);
      expect(await confirmed([expressId])).toBe(1);
    }, 480_000);
  });

  function confirmed(orderIds: readonly string[]): Promise<number> {
    const ids = orderIds.map((id) => `'${id}'`).join(', ');
    return databases.count('ORDERS', 'orders', `status = 'CONFIRMED' AND order_id IN (${ids})`);
  }

  /** So many `order.created` wait. */
  function waiting(count: number): Promise<void> {
    return eventually(async () => {
      expect(await rabbitmq.ready('order_processing')).toBeGreaterThanOrEqual(count);
    }, 60_000);
  }

  /** How many orders had their stock, and asked for their money, before this one did. */
  function reservedBefore(orderId: string): number {
    const requests = exchange.seen.filter(({ type }) => type === 'payment.requested');
    const place = requests.findIndex((request) => request.orderId === orderId);
    return place < 0 ? Infinity : place;
  }
}
