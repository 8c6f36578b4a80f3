import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { MessagingEvent, MessagingEvents } from '@waybill/messaging';
import { connectionMetrics } from './connection-metrics.js';
import { metricsPage } from './metrics-page.js';
import { startTelemetry } from './start-telemetry.js';

let stop: () => Promise<void>;
let events: MessagingEvents;
beforeAll(async () => {
  stop = await startTelemetry('connection-metrics-test', {});
  events = connectionMetrics();
});
afterAll(() => stop());

const tell = (...all: MessagingEvent[]) => all.forEach((event) => events.emit(event));
const shown = async (name: string) =>
  (await metricsPage())!.split('\n').filter((line) => line.startsWith(`waybill_${name}`));

test('connections that are blocked are shown while they are, and as none from the first connection on', async () => {
  const became = (state: 'connected' | 'blocked' | 'unblocked' | 'lost') =>
    tell({ kind: 'connection', broker: 'rabbitmq', state });
  const line = (count: number) => [`waybill_connections_blocked{messaging_system="rabbitmq"} ${count}`];

  became('connected');
  expect(await shown('connections_blocked')).toEqual(line(0));
  became('blocked');
  became('blocked');
  expect(await shown('connections_blocked')).toEqual(line(2));
  became('unblocked');
  became('lost');
  expect(await shown('connections_blocked')).toEqual(line(1));
});

test('questions are counted by what became of them; a late answer is none of them', async () => {
  const asked = (outcome: 'answered' | 'timedOut') =>
    tell({ kind: 'asked', broker: 'rabbitmq', queue: 'payment.quote', outcome });
  asked('answered');
  asked('answered');
  asked('timedOut');
  tell({ kind: 'answeredLate', broker: 'rabbitmq' });

  const label = (outcome: string) => `{messaging_destination_name="payment.quote",outcome="${outcome}"}`;
  expect(await shown('rpc_calls_total')).toEqual([
    `waybill_rpc_calls_total${label('answered')} 2`,
    `waybill_rpc_calls_total${label('timedOut')} 1`,
  ]);
  expect(await shown('rpc_late_answers')).toEqual([
    'waybill_rpc_late_answers_total{messaging_system="rabbitmq"} 1',
  ]);
});

test('messages that were sent unasked and lost are counted by their address', async () => {
  const lost = {
    kind: 'publishLost',
    broker: 'kafka',
    address: 'storefront.activity',
    because: 'gone',
  } as const;
  tell({ ...lost, count: 3 }, { ...lost, count: 2 });
  expect(await shown('publishes_lost')).toEqual([
    'waybill_publishes_lost_total{messaging_destination_name="storefront.activity"} 5',
  ]);
});
