import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { MessagingEvent, MessagingEvents } from '@waybill/messaging';
import { metricsPage } from './metrics-page.js';
import { outboxMetrics } from './outbox-metrics.js';
import { startTelemetry } from './start-telemetry.js';

let stop: () => Promise<void>;
let events: MessagingEvents;
let nowMs = 0;
beforeAll(async () => {
  stop = await startTelemetry('outbox-metrics-test', {});
  events = outboxMetrics(() => nowMs);
});
afterAll(() => stop());

const shown = async (prefix: string) =>
  (await metricsPage())!.split('\n').filter((line) => line.startsWith(prefix));
const look = (heldBackBy: { pid: number; ageMs: number }[] = []): MessagingEvent => ({
  kind: 'outbox',
  rows: 5,
  refused: 1,
  oldestAgeMs: 1_500,
  heldBackBy,
});

test('what waits is shown as the last look found it, and is unknown when nobody has looked for a while', async () => {
  expect(await shown('waybill_outbox')).toEqual([]);
  events.emit(look());
  const found = ['waybill_outbox_rows 5', 'waybill_outbox_refused_rows 1', 'waybill_outbox_oldest_age 1.5'];
  expect(await shown('waybill_outbox')).toEqual(found);
  nowMs += 15_001;
  expect(await shown('waybill_outbox')).toEqual([]);
});

test('who holds back is shown by its process id, while it does and no longer', async () => {
  events.emit(look([{ pid: 4711, ageMs: 2_000 }]));
  expect(await shown('waybill_outbox_held_back')).toEqual(['waybill_outbox_held_back{pid="4711"} 2']);
  events.emit(look());
  expect(await shown('waybill_outbox_held_back')).toEqual([]);
});

test('messages that were sent are counted by broker, those not confirmed apart', async () => {
  events.emit({ kind: 'connection', broker: 'kafka', state: 'connected' });
  const total = 'messaging_client_sent_messages_total';
  expect(await shown(total)).toEqual([`${total}{messaging_system="kafka"} 0`]);
  events.emit({ kind: 'published', broker: 'kafka', count: 7, refused: 1, unknown: 0, elapsedMs: 3 });
  events.emit({ kind: 'published', broker: 'kafka', count: 2, refused: 0, unknown: 4, elapsedMs: 3 });
  expect(await shown(total)).toEqual([
    `${total}{messaging_system="kafka"} 9`,
    `${total}{messaging_system="kafka",error_type="refused"} 1`,
    `${total}{messaging_system="kafka",error_type="unknown"} 4`,
  ]);
});
