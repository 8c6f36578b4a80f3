import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Failure, MessagingEvent, MessagingEvents } from '@waybill/messaging';
import { messagingMetrics } from './messaging-metrics.js';
import { metricsPage } from './metrics-page.js';
import { startTelemetry } from './start-telemetry.js';

let stop: () => Promise<void>;
let events: MessagingEvents;
beforeAll(async () => {
  stop = await startTelemetry('metrics-test', {});
  events = messagingMetrics();
});
afterAll(() => stop());

const origin = { address: 'order_processing', redelivered: false, via: 'address' as const };
const at = (subscription: string) => ({ broker: 'memory', subscription, origin });
const tell = (...all: MessagingEvent[]) => all.forEach((event) => events.emit(event));
const handled = (subscription: string, elapsedMs: number): MessagingEvent => ({
  kind: 'handled',
  outcome: 'done',
  attempts: 1,
  elapsedMs,
  ...at(subscription),
});

/** `handled_total 2` and so on, of one subscription; all that is not 0. */
async function counted(subscription: string): Promise<string[]> {
  return (await shown(subscription)).filter((line) => !line.endsWith(' 0'));
}

async function shown(subscription: string): Promise<string[]> {
  const label = `{messaging_destination_subscription_name="${subscription}"}`;
  const lines = (await metricsPage())!.split('\n').filter((line) => line.includes(label));
  return lines.map((line) => line.replace(label, '').replace(/waybill_(messages_)?|messaging_/, ''));
}

describe('the metrics of messaging', () => {
  test('count what became of messages, each subscription for itself', async () => {
    tell(
      handled('first', 3),
      handled('first', 4),
      { kind: 'duplicate', ...at('first') },
      { kind: 'retryLater', because: 'busy', attempts: 1, afterMs: 5_000, where: 'broker', ...at('first') },
      {
        kind: 'retryLater',
        because: 'unknown',
        attempts: 0,
        afterMs: 30_000,
        where: 'parked',
        ...at('first'),
      },
      { kind: 'deadLettered', failure: {} as Failure, ...at('first') },
      handled('second', 1),
    );
    expect(await counted('first')).toEqual([
      'handled_total 2',
      'duplicates_total 1',
      'retries_total 2',
      'dead_letters_total 1',
      'process_duration_count 2',
      'process_duration_sum 0.007',
    ]);
    expect(await counted('second')).toContain('handled_total 1');
  });

  test('show everything as none before the first, so that the first is an increase', async () => {
    tell(handled('calm', 1));
    expect((await shown('calm')).filter((line) => line.endsWith(' 0'))).toEqual([
      'duplicates_total 0',
      'retries_total 0',
      'dead_letters_total 0',
      'lost_total 0',
      'passed_over_total 0',
      'transacted_total 0',
      'parked_total 0',
      'released_total 0',
      'suspects_total 0',
      'breaker_opened_total 0',
      'breaker_closed_total 0',
      'subscriptions_wedged_total 0',
      'subscriptions_rebuilt_total 0',
    ]);
  });

  test('count what is read in transactions, and what had to be passed over', async () => {
    const lane = { kind: 'transaction', subscription: 'lane', written: 1, elapsedMs: 40 } as const;
    tell({ ...lane, read: 3 }, { ...lane, read: 4 }, { kind: 'passedOver', because: 'bytes', ...at('lane') });
    expect(await shown('lane')).toEqual(
      expect.arrayContaining(['transacted_total 7', 'passed_over_total 1']),
    );
  });

  test('count what is parked, and what is released when its turn has come', async () => {
    const released = { ...at('parking'), origin: { ...origin, via: 'parked' as const } };
    tell(
      { kind: 'parked', ...at('parking') },
      { kind: 'parked', ...at('parking') },
      { kind: 'parked', ...at('parking') },
      { kind: 'handled', outcome: 'done', attempts: 1, elapsedMs: 0, ...released },
      { kind: 'duplicate', ...released },
      { kind: 'deadLettered', failure: {} as Failure, ...released }, // its key does not go on
    );
    expect(await counted('parking')).toEqual(
      expect.arrayContaining(['parked_total 3', 'released_total 2', 'dead_letters_total 1']),
    );
  });

  test('count how often the flood breaker opened and closed; a probe is neither', async () => {
    const breaker = (state: 'open' | 'half-open' | 'closed'): MessagingEvent => ({
      kind: 'breaker',
      subscription: 'flooded',
      state,
      because: 'a flood',
    });
    tell(...(['open', 'half-open', 'open', 'half-open', 'closed'] as const).map(breaker));
    expect(await counted('flooded')).toEqual(['breaker_opened_total 2', 'breaker_closed_total 1']);
  });

  test('count suspects, and looks that found it wedged, with or without a remedy', async () => {
    const wedged = { kind: 'wedged', subscription: 'stuck', because: 'still' } as const;
    tell(
      { kind: 'suspect', subscription: 'stuck', messageId: 'm', deaths: 1 },
      { ...wedged, remedy: 'none' },
      { ...wedged, remedy: 'rebuilt' },
    );
    expect(await counted('stuck')).toEqual([
      'suspects_total 1',
      'subscriptions_wedged_total 2',
      'subscriptions_rebuilt_total 1',
    ]);
  });

  test('tell how long handling takes, in seconds', async () => {
    tell(handled('slow', 40), handled('slow', 700));
    const page = await metricsPage();
    const bucket = (le: string) =>
      `messaging_process_duration_bucket{messaging_destination_subscription_name="slow",le="${le}"}`;
    expect(page).toContain(`${bucket('0.025')} 0\n`);
    expect(page).toContain(`${bucket('0.05')} 1\n`);
    expect(page).toContain(`${bucket('1')} 2\n`);
  });

  test('tell how many runs it took where it was not one: most messages pay for no record', async () => {
    const failure = { attempts: 4 } as Failure;
    const after = (attempts: number) => ({ ...handled('stubborn', 1), attempts }) as MessagingEvent;
    tell(after(1), after(2), after(3), { kind: 'deadLettered', failure, ...at('stubborn') });
    expect(await counted('stubborn')).toEqual(
      expect.arrayContaining(['handled_total 3', 'attempts_count 3', 'attempts_sum 9']),
    );
  });

  test('know deliveries only: a relay without its broker is no subscription', async () => {
    tell({ kind: 'infrastructure', subscription: 'outbox relay to kafka', because: 'away', waitMs: 100 });
    expect(await metricsPage()).not.toContain('outbox relay');
  });
});

test('telemetry is started once: a second reader would find no instruments', async () => {
  await expect(startTelemetry('again', {})).rejects.toThrow('telemetry is started once per process');
});
