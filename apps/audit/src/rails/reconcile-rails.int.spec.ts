import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { AuditWorld, graceMs } from '../testing/audit-world.js';
import { eventOf, eventsOf, idOf } from '../testing/test-events.js';

let world: AuditWorld;

beforeAll(async () => void (world = await AuditWorld.open()));
afterAll(() => world.close());

const later = () => new Date(Date.now() + graceMs + 1_000);

test('an event on both rails is no difference, whichever was first and however often it came', async () => {
  const events = eventsOf('ann', 50);
  await world.deliver('kafka', ...events.slice(0, 25));
  await world.deliver('rabbitmq', ...[...events].reverse(), ...events);
  await world.deliver('kafka', ...events.slice(25));
  expect(await world.rails.reconcile(later())).toEqual({ differences: [], total: 0, pending: 0 });
});

test('both rails at once, in opposite order, wait for each other and lose nothing', async () => {
  const events = eventsOf('bob', 300);
  await Promise.all([world.deliver('kafka', ...events), world.deliver('rabbitmq', ...[...events].reverse())]);
  expect(await world.rails.reconcile(later())).toEqual({ differences: [], total: 0, pending: 0 });
});

test('an event of the payments is on one rail by design', async () => {
  await world.deliver('kafka', eventOf({ type: 'payment.captured' }));
  expect(await world.rails.reconcile(later())).toEqual({ differences: [], total: 0, pending: 0 });
});

test('an event on one rail is pending, then a difference, then settled when it comes', async () => {
  const onKafka = eventOf({ type: 'order.confirmed' });
  const onRabbitmq = eventOf({ type: 'order.rejected' });
  await world.deliver('kafka', onKafka);
  await world.deliver('rabbitmq', onRabbitmq);
  expect(await world.rails.reconcile()).toEqual({ differences: [], total: 0, pending: 2 });

  const { differences, ...counts } = await world.rails.reconcile(later());
  expect(counts).toEqual({ total: 2, pending: 0 });
  expect(differences).toEqual([
    expect.objectContaining({ messageId: idOf(onKafka), type: 'order.confirmed', missingFrom: 'rabbitmq' }),
    expect.objectContaining({ messageId: idOf(onRabbitmq), type: 'order.rejected', missingFrom: 'kafka' }),
  ]);

  await world.deliver('rabbitmq', onKafka);
  await world.deliver('kafka', onRabbitmq);
  expect(await world.rails.reconcile(later())).toEqual({ differences: [], total: 0, pending: 0 });
});
