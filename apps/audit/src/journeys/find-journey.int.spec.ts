import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { uuidV7 } from '@waybill/service-kit';
import { AuditWorld, jaegerUrl } from '../testing/audit-world.js';
import { eventOf, idOf, noticeOf } from '../testing/test-events.js';

let world: AuditWorld;

beforeAll(async () => void (world = await AuditWorld.open()));
afterAll(() => world.close());

const at = (ms: number) => new Date(Date.UTC(2026, 0, 1) + ms).toISOString();
const second = (seconds: number) => new Date(Date.UTC(2026, 0, 1, 0, 0, seconds)).toISOString();

function eventsOfOrder(orderId: string) {
  const facts = { orderId, key: 'ann' };
  return [
    eventOf({ ...facts, type: 'order.created', time: second(0) }),
    eventOf({ ...facts, type: 'payment.captured', time: second(1) }),
    eventOf({ ...facts, type: 'order.confirmed', sequence: 2, time: second(2) }),
  ] as const;
}

test('a journey is all that both rails brought, in order of time', async () => {
  const orderId = uuidV7();
  const [created, captured, confirmed] = eventsOfOrder(orderId);
  await world.deliver('kafka', captured, created, confirmed, eventOf({ key: 'somebody else' }));
  await world.deliver('rabbitmq', confirmed, created);

  const journey = await world.journeys.of(orderId);
  expect(journey).toMatchObject({ orderId, customerId: 'ann', status: 'CONFIRMED', elapsedMs: 2_000 });
  expect(journey?.traceId).toBe('0af7651916cd43dd8448eb211c80319c');
  const told = journey!.steps.map(({ sinceStartMs, event, rail }) => `${sinceStartMs} ${event} ${rail}`);
  expect(told).toEqual([
    '0 order.created kafka',
    '0 order.created rabbitmq',
    '1000 payment.captured kafka',
    '2000 order.confirmed kafka',
    '2000 order.confirmed rabbitmq',
  ]);
  expect(journey!.steps.at(-1)).toMatchObject({ messageId: idOf(confirmed), sequence: 2 });
});

test('a journey tells which deliveries were put off, parked, set aside and replayed, where and why', async () => {
  const orderId = uuidV7();
  const [created, , confirmed] = eventsOfOrder(orderId);
  await world.deliver('kafka', created, confirmed);
  const about = { subscription: 'payment_queue', subject: orderId };
  const operationId = uuidV7();
  const failing = { ...about, because: 'no such card', attempts: 1 };
  const failedAgain = { kind: 'receipt', result: 'failed again', because: 'still no such card' } as const;
  await world.deliver(
    'deliveries',
    noticeOf({ ...failing, kind: 'retried', at: at(500), dueAt: second(6) }),
    noticeOf({ ...failing, kind: 'parked', at: at(600), dueAt: second(6), subscription: 'audit' }),
    noticeOf({ ...failing, kind: 'dead-lettered', at: at(700), attempts: 4 }),
    noticeOf({ ...about, ...failedAgain, at: at(800), operationId }),
    noticeOf({ ...about, kind: 'receipt', at: at(900), operationId: uuidV7(), result: 'handled' }),
  );

  const journey = await world.journeys.of(orderId);
  expect(journey).toMatchObject({ customerId: 'ann', status: 'CONFIRMED' });
  expect(journey!.steps.filter(({ event }) => event.startsWith('delivery.'))).toMatchObject([
    { event: 'delivery.retried', subscription: 'payment_queue', because: 'no such card', attempts: 1 },
    { event: 'delivery.parked', subscription: 'audit', because: 'no such card' },
    { event: 'delivery.dead-lettered', subscription: 'payment_queue', attempts: 4, sinceStartMs: 700 },
    { event: 'delivery.receipt', result: 'failed again', because: 'still no such card' },
    { event: 'delivery.receipt', result: 'handled' },
  ]);
});

test('what is known of a delivery first does not hide whose order it is', async () => {
  const orderId = uuidV7();
  const about = { subscription: 'payment_queue', subject: orderId, at: at(-5) };
  await world.deliver('deliveries', noticeOf({ ...about, kind: 'retried', because: 'x', attempts: 1 }));
  expect(await world.journeys.of(orderId)).toMatchObject({ customerId: '', status: 'PENDING' });
  await world.deliver('kafka', eventsOfOrder(orderId)[0]);
  expect(await world.journeys.of(orderId)).toMatchObject({ customerId: 'ann' });
});

test('every step names its span and links to it: an event the one it was created in, a delivery its attempt', async () => {
  const orderId = uuidV7();
  const traceId = '0af7651916cd43dd8448eb211c80319c';
  const attempt = `00-${traceId}-00f067aa0ba902b7-01`;
  const about = { subscription: 'payment_queue', subject: orderId, at: at(500), traceparent: attempt };
  await world.deliver('kafka', eventsOfOrder(orderId)[0]);
  await world.deliver('deliveries', noticeOf({ ...about, kind: 'retried', because: 'x', attempts: 1 }));

  const traceUrl = `${jaegerUrl}/trace/${traceId}`;
  expect(await world.journeys.of(orderId)).toMatchObject({
    traceUrl,
    steps: [
      { event: 'order.created', spanId: 'b7ad6b7169203331', traceUrl: `${traceUrl}?uiFind=b7ad6b7169203331` },
      {
        event: 'delivery.retried',
        spanId: '00f067aa0ba902b7',
        traceUrl: `${traceUrl}?uiFind=00f067aa0ba902b7`,
      },
    ],
  });
});

test('an order on its way is pending, also when only RabbitMQ has told of it', async () => {
  const orderId = uuidV7();
  await world.deliver('rabbitmq', eventsOfOrder(orderId)[0]);
  const journey = await world.journeys.of(orderId);
  expect(journey).toMatchObject({ customerId: 'ann', status: 'PENDING' });
  expect(journey).not.toHaveProperty('settledAt');
});

test('an order nobody told of has no journey', async () => {
  expect(await world.journeys.of(uuidV7())).toBeUndefined();
});
