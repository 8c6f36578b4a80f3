import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { eventually, hostileBodies, upToThreeTimes, type HostileBody } from '@waybill/test-kit';
import { findRunning } from '../../../../tools/servers/running.ts';
import { serviceNames } from '../../../../tools/servers/site.ts';
import { HeapWatch } from '../harness/heap-watch.js';
import { HostileSender } from '../harness/hostile-sender.js';
import type { Outside } from '../harness/outside.js';

/** An order without its id: what `order.created` says of fields is asked, and no contract takes it. */
const almostAnOrder = {
  customerId: 'c-hostile',
  customerEmail: 'customer@example.com',
  lines: [{ sku: 'CD-1177', quantity: 1, unitPriceCents: 1_177 }],
  totalCents: 1_177,
  currency: 'USD',
  delivery: 'standard',
  createdAt: '2026-01-01T00:00:00.000Z',
};

const bodies: readonly HostileBody[] = hostileBodies(almostAnOrder, {
  list: 'lines',
  number: 'totalCents',
  text: 'customerEmail',
});

/** By the type that the subscription is made for; one that takes every type refuses what has no envelope. */
const queues: [queue: string, type: string | undefined][] = [
  ['order_processing', 'order.created'],
  ['payment_queue', 'payment.requested'],
  ['order_expiry', 'order.expire'],
  ['order_audit_queue', undefined],
];
const topics: [topic: string, type: string | undefined, deadLetters: string[]][] = [
  ['payments', 'payment.captured', ['payments.order-processing-group.dlq']],
  ['payments', undefined, ['payments.audit.dlq', 'payments.order-processing-group.dlq']],
  ['order-events', undefined, ['order-events.audit.dlq']],
];
const inletTopics: [inlet: string, deadLetters: string][] = [
  ['payments.order-processing-group.inlet', 'payments.order-processing-group.dlq'],
  ['payments.audit.inlet', 'payments.audit.dlq'],
  ['order-events.audit.inlet', 'order-events.audit.dlq'],
];
const control = 'waybill.control';
const fifoQueues = {
  'order-notifications.fifo': 'notification.requested',
  'order-notifications-inlet.fifo': control,
};

const mostGrownMib = 50;
const longestBlockMs = 200;

/** What somebody may send to every address that the running services read. */
export function hostileInput(outside: Outside): void {
  const sender = new HostileSender(outside, bodies);
  const { system, orders } = outside;
  let pids: readonly (number | undefined)[];
  let sku: string;
  let heap: HeapWatch;

  const pidsNow = () => Promise.all(serviceNames.map((name) => findRunning(system.site, name)));
  const ordersStillSettle = async () => {
    const orderId = await orders.place({ lines: [{ sku, quantity: 1 }] });
    expect(await orders.settled(orderId, 30_000)).toMatchObject({ status: 'CONFIRMED' });
    expect(await pidsNow()).toEqual(pids);
  };

  const blockingNobody = async (send: () => Promise<void>) => {
    const blocked = async () => {
      await outside.metrics.takeLongestTurnsMs();
      await send();
      const turns = await outside.metrics.takeLongestTurnsMs();
      expect(Object.keys(turns).sort()).toEqual([...serviceNames].sort());
      return above(turns, longestBlockMs);
    };
    expect(await upToThreeTimes(blocked, ({ length }) => length === 0)).toEqual([]);
  };

  beforeAll(async () => {
    sku = await orders.stock({ priceCents: 900 });
    await sender.listen([...new Set(topics.flatMap(([, , deadLetters]) => deadLetters))]);
    pids = await pidsNow();
    heap = new HeapWatch(outside.metrics);
    await eventually(() => expect(heap.knowsItsStart).toBe(true), 30_000);
  }, 60_000);

  afterAll(async () => {
    heap.stop();
    await sender.close();
  });

  describe('hostile', () => {
    test.each(queues)(
      'bodies on %s are dead letters, each once',
      async (queue, type) => {
        await blockingNobody(() => sender.toQueue(queue, type, `${queue}.dlq`));
        await ordersStillSettle();
      },
      90_000,
    );

    test.each(queues)(
      'control messages for %s are dead letters, each once',
      async (queue) => {
        await blockingNobody(() => sender.toQueue(`${queue}.inlet`, control, `${queue}.dlq`));
        await ordersStillSettle();
      },
      90_000,
    );

    test.each(topics)(
      'bodies on %s, as %s, are dead letters in %j',
      async (topic, type, deadLetters) => {
        await blockingNobody(() => sender.toTopic(topic, type, deadLetters));
        await ordersStillSettle();
      },
      90_000,
    );

    test.each(inletTopics)(
      'control messages in %s are dead letters, each once',
      async (inlet, deadLetters) => {
        await blockingNobody(() => sender.toTopic(inlet, control, [deadLetters]));
        await ordersStillSettle();
      },
      90_000,
    );

    test('notifications, and control messages for them, are dead letters, each once', async () => {
      const deadLetters = 'order-notifications-dlq.fifo';
      for (const [queue, type] of Object.entries(fifoQueues))
        await blockingNobody(() => sender.toFifo(queue, type, deadLetters));
      await ordersStillSettle();
    }, 90_000);

    test('notices are written down as unreadable, each once: their reader sets nothing aside', async () => {
      await blockingNobody(() => sender.toDeliveries());
      await ordersStillSettle();
    }, 90_000);

    test('activity is counted as lost, each once: what may be lost is not set aside', async () => {
      await blockingNobody(() => sender.toActivity());
      await ordersStillSettle();
    }, 90_000);

    test(`bodies make no service keep ${mostGrownMib} MiB`, async () => {
      const grown = await heap.growth();
      expect(Object.keys(grown).sort()).toEqual([...serviceNames].sort());
      expect(above(grown, mostGrownMib)).toEqual([]);
    }, 30_000);

    test('bodies leave the audit chain whole', async () => {
      const answer = await fetch(`${system.address('AUDIT_URL')}/audit/verify`);
      expect(await answer.json()).toMatchObject({ ok: true });
    }, 30_000);
  });
}

/** What no limit lets pass is above it too: a number that is none. */
const above = (measured: Readonly<Record<string, number>>, most: number): [name: string, value: number][] =>
  Object.entries(measured).filter(([, value]) => !(value < most));
