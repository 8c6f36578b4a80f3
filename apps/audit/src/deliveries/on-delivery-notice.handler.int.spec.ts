import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { uuidV7 } from '@waybill/service-kit';
import { randomBytes } from 'node:crypto';
import { AuditWorld } from '../testing/audit-world.js';
import { eventOf, idOf, noticeOf, type TestEvent } from '../testing/test-events.js';

let world: AuditWorld;
beforeEach(async () => void (world = await AuditWorld.open()));
afterEach(() => world.close());

const at = '2026-01-02T03:04:05.000Z';
/** Odd is only what it tells: its envelope can be read. */
function notice(told: object = {}): TestEvent {
  const event = noticeOf({ kind: 'retried', subscription: 'odd', subject: uuidV7(), at, ...told });
  return { ...event, attributes: { ...event.attributes, subject: 'order', time: at } };
}
const kindOf = async (event: TestEvent) =>
  (
    await world.database.query<{ kind: string }>(
      'SELECT kind FROM delivery_notices WHERE notice_id = $1::uuid',
      [idOf(event)],
    )
  )[0]?.kind;

test('a notice is recorded, whatever its key', async () => {
  const event = { ...notice(), key: 'a\0b' };
  await world.deliver('deliveries', event);
  expect(await kindOf(event)).toBe('retried');
});

test.each<[string, TestEvent]>([
  ['tells of a subject that no index takes', notice({ subject: randomBytes(4_000).toString('hex') })],
  ['tells of a time before all calendars', notice({ at: '0000-01-01T00:00:00Z' })],
  ['counts more attempts than anybody could', notice({ attempts: 2 ** 40 })],
  ['comes from a time before all calendars', eventOf({ time: '-200000-01-01T00:00:00Z' })],
  ['has a type that is cut within a character', eventOf({ type: `${'x'.repeat(79)}😀` })],
])('a notice that %s is recorded as unreadable, and the next one as it is', async (_, odd) => {
  const next = notice();
  await world.deliver('deliveries', odd, next);
  expect([await kindOf(odd), await kindOf(next)]).toEqual(['unreadable', 'retried']);
});

test.each([
  ['contains NUL', 'a\0b'],
  ['is longer than any index takes', randomBytes(4_000).toString('hex')],
  ['is half a character', '\ud83d'],
])('bytes that are no notice are recorded once, also if their key %s', async (_, key) => {
  const nothing = { key, attributes: {}, headers: {}, body: randomBytes(20) };
  const next = notice();
  await world.deliver('deliveries', nothing, next);
  expect(await unreadable()).toBe(1);
  expect(await kindOf(next)).toBe('retried');
});

async function unreadable(): Promise<number> {
  const found = await world.database.query(`SELECT FROM delivery_notices WHERE kind = 'unreadable'`);
  return found.length;
}
