import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { queueDepth } from '@waybill/messaging-rabbitmq';
import { startTelemetry } from '@waybill/telemetry';
import { eventually } from '@waybill/test-kit';
import { FilledQueue } from '../testing/filled-queue.js';
import { OrderApi } from '../testing/order-api.js';
import type { Limits, Pressure } from './pressure.js';

/** A database and a service of its own for each test. */
await startTelemetry('order-test', {});

const unlimited = { slow: 1e9, shed: 2e9 };
const limits: Limits = {
  outboxAgeMs: unlimited,
  outboxRows: unlimited,
  queueDepth: unlimited,
  longestDelayMs: 1_000,
};

let queue: FilledQueue;
let api: OrderApi;
const closers: (() => Promise<unknown>)[] = [];
beforeEach(async () => void (queue = await FilledQueue.open()));
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
  await queue.close();
});

async function openApi(changes: Partial<Limits>, reader = queue.reader()): Promise<void> {
  api = await OrderApi.open({ queue: reader, limits: { ...limits, ...changes } });
  closers.push(() => api.close());
}

const untilIt = (state: Pressure['kind'], seen: object = {}) =>
  eventually(async () => expect(await api.backpressure()).toMatchObject({ state, ...seen }));
/** A look may come while a queue is being filled. */
const messages = (count: number) => ({ queue: { messages: count } });

describe('when the queue fills', () => {
  test('orders are slowed, then shed and not stored, and taken again once it is worked off', async () => {
    await openApi({ queueDepth: { slow: 10, shed: 50 } });
    const first = await api.place('first');

    await queue.fill(30);
    await untilIt('slowing', messages(30));
    const slowed = await api.place();
    expect(slowed.status).toBe(202);
    // Half of the way from 10 to 50, hence half of the longest delay; a timer may be a millisecond early.
    expect(slowed.tookMs).toBeGreaterThan(490);

    await queue.fill(30);
    await untilIt('shedding', messages(60));
    const before = await api.stored();
    const shed = await api.place('shed');
    expect(shed.status).toBe(503);
    expect(shed.headers.get('content-type')).toBe('application/problem+json; charset=utf-8');
    expect(Number(shed.headers.get('retry-after'))).toBeGreaterThanOrEqual(3);
    expect(shed.body).toMatchObject({ status: 503, title: 'Too many orders', instance: '/orders' });
    expect(shed.body['detail']).toContain(`60 messages wait in the queue ${queue.name} (limit 50, `);
    expect(await api.stored()).toEqual(before);

    await queue.workOff();
    await untilIt('open');
    const again = await api.place('shed');
    expect([first.status, again.status]).toEqual([202, 202]);
  });

  test('only new orders are shed: all else is answered, and a repeat gets the answer of its key', async () => {
    await openApi({ queueDepth: { slow: 1, shed: 2 } });
    const first = await api.place('first');
    await queue.fill(5);
    await untilIt('shedding');

    expect((await api.place('first')).body).toEqual(first.body);
    expect((await api.place('first', 'c-2')).status).toBe(503);
    const others = [
      api.get(`/orders/${String(first.body['orderId'])}`),
      api.get('/products'),
      api.put(),
      api.get('/health/live'),
      api.get('/health/ready'),
    ];
    expect((await Promise.all(others)).map(({ status }) => status)).toEqual([200, 200, 200, 200, 200]);
  });

  test('metrics and readiness show it', async () => {
    await openApi({ queueDepth: { slow: 1, shed: 2 } });
    await api.place();
    await queue.fill(5);
    await untilIt('shedding');
    await api.place();

    const page = await api.metrics();
    for (const line of [
      'waybill_backpressure_state{state="open"} 0',
      'waybill_backpressure_state{state="shedding"} 1',
      `waybill_queue_depth{messaging_destination_name="${queue.name}"} 5`,
    ])
      expect(page.split('\n')).toContain(line);
    expect(page).toMatch(/^waybill_backpressure_orders_total\{outcome="shed"\} [1-9]/m);
    expect(await api.backpressure()).toMatchObject({
      because: [{ measure: 'queueDepth', value: 5, limit: 2, calmBelow: 1.6 }],
      outbox: { rows: 3, refused: 0 },
      queue: { name: queue.name, messages: 5 },
      unread: {},
    });
  });
});

describe('when the outbox is not emptied', () => {
  test('orders are shed by its age, and taken again once it is relayed', async () => {
    await openApi({ outboxAgeMs: { slow: 150, shed: 300 } });
    await api.place();
    await untilIt('shedding');
    const shed = await api.place();
    expect(shed.status).toBe(503);
    expect(shed.body['detail']).toMatch(/a message has waited [\d.]+ s in the outbox \(limit 0\.3 s, /);

    api.relay();
    await untilIt('open');
    expect((await api.place()).status).toBe(202);
  });

  test('orders are shed by its rows', async () => {
    await openApi({ outboxRows: { slow: 3, shed: 6 } });
    await api.place();
    await untilIt('slowing');
    await api.place();
    await untilIt('shedding');
    expect((await api.place()).body['detail']).toContain('6 messages wait in the outbox (limit 6, ');
  });

  test('because a broker refuses one message, all other orders are taken as ever', async () => {
    await openApi({ outboxAgeMs: { slow: 150, shed: 300 } });
    await api.place();
    await untilIt('shedding');
    await api.database.execute('UPDATE outbox SET refused_at = now(), refusals = 1');
    await untilIt('open');
    expect((await api.place(undefined, 'c-2')).status).toBe(202);
  });
});

describe('when RabbitMQ is away', () => {
  test('its depth is unknown, which is said, and orders are taken until the outbox passes its limit', async () => {
    const nowhere = queueDepth('order_processing', { url: 'amqp://127.0.0.1:1' });
    await openApi({ queueDepth: { slow: 1, shed: 2 }, outboxRows: { slow: 6, shed: 9 } }, nowhere);
    await eventually(async () =>
      expect(await api.backpressure()).toMatchObject({
        state: 'open',
        queue: { messages: 'unknown' },
        unread: { queue: expect.stringContaining('ECONNREFUSED') },
      }),
    );
    const taken = [await api.place(), await api.place(), await api.place()];
    expect(taken.map(({ status }) => status)).toEqual([202, 202, 202]);
    await untilIt('shedding');
  });
});
