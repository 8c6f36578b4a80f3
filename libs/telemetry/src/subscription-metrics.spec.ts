import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { RunnerStatus } from '@waybill/messaging';
import { metricsPage } from './metrics-page.js';
import { startTelemetry } from './start-telemetry.js';
import { showSubscriptions } from './subscription-metrics.js';

let stop: () => Promise<void>;
let hide: () => void;
let statuses: Record<string, RunnerStatus> = {
  queue: { broker: 'rabbitmq', state: 'idle', held: 0, breaker: { state: 'closed' } },
};

beforeAll(async () => {
  stop = await startTelemetry('subscription-metrics-test', {});
  hide = showSubscriptions(() => statuses);
});
afterAll(async () => {
  hide();
  await stop();
});

const running: RunnerStatus = { broker: 'rabbitmq', state: 'running', held: 3, breaker: { state: 'closed' } };

async function shown(standing: RunnerStatus): Promise<string[]> {
  statuses = { queue: standing };
  const label = 'messaging_destination_subscription_name="queue"';
  const lines = (await metricsPage())!.split('\n').filter((line) => line.startsWith('waybill_subscription_'));
  return lines.map((line) => line.replace(label, '').replace('waybill_subscription_', '').replace('{}', ''));
}

const stateIn = async (standing: RunnerStatus) =>
  (await shown(standing)).filter((line) => line.startsWith('state') && line.endsWith(' 1'));

test('a subscription’s counters are there before its first message', async () => {
  expect(await metricsPage()).toContain(
    'waybill_messages_dead_letters_total{messaging_destination_subscription_name="queue"} 0\n',
  );
});

test('what a runner has found is shown, and its ages are seconds', async () => {
  const backlog = { waiting: 12, parked: 4, due: 13, oldestAgeMs: 2_500 };
  expect(await shown({ ...running, backlog })).toEqual(
    expect.arrayContaining([
      'lag{messaging_system="rabbitmq",} 12',
      'due{messaging_system="rabbitmq",} 13',
      'in_flight 3',
      'parked 4',
      'oldest_age 2.5',
    ]),
  );
});

test('what is unknown is left out instead of being 0', async () => {
  const names = (await shown({ ...running, backlog: { oldestAgeMs: 0 } })).map(
    (line) => line.split(/[ {]/)[0],
  );
  expect([...new Set(names)]).toEqual(['in_flight', 'oldest_age', 'state']);
});

test('one state holds, the worst', async () => {
  const flooded = { state: 'half-open', because: 'a flood' } as const;
  const of = (state: string) => [`state{,state="${state}"} 1`];
  expect(await stateIn(running)).toEqual(of('running'));
  expect(await stateIn({ ...running, breaker: flooded })).toEqual(of('open'));
  expect(await stateIn({ ...running, breaker: flooded, wedged: 'still' })).toEqual(of('wedged'));
  expect(await stateIn({ ...running, state: 'paused', breaker: flooded })).toEqual(of('paused'));
  expect(await stateIn({ ...running, state: 'drained' })).toEqual([]);
});
