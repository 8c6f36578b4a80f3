import type { RawDelivery } from '@waybill/messaging';
import type { Say } from '../contest/contest.ts';
import type { Part } from '../contest/line.ts';
import type { ContestOptions } from '../contest/options.ts';
import { numbered, textOf } from './messages.ts';
import { sampleAll, type Sampled } from './samples.ts';
import { brokerNames, withStations, type Station } from './stations.ts';

/** SQS knows whole seconds only. */
const delayMs = 1_000;
const body = textOf(100);

/**
 * How long after its time a message comes back from a retry address of one second. Before its time is a failure,
 * but for the one millisecond by which Node's timers and the clock may differ.
 */
export function measureDelays({ smoke, rounds }: ContestOptions, say: Say): Promise<Part> {
  return withStations(brokerNames, async (stations) => {
    const opened: (Sampled & { close(): Promise<void> })[] = [];
    for (const station of stations) opened.push(await returns(station, smoke ? 3 : 20));
    const lines = await sampleAll(opened, { rounds, warmUp: !smoke }, say);
    for (const each of opened) await each.close();
    return { title: 'delay of 1 s, how late', lines };
  });
}

async function returns(station: Station, messages: number): Promise<Sampled & { close(): Promise<void> }> {
  const wanted = { order: 'none', onFailingKey: 'overtake', terminal: false, delaysMs: [delayMs] } as const;
  const { address, subscriptions } = await station.prepare(wanted);
  const publisher = station.broker.publisher('bench');
  const dueAt = new Map<string, number>();
  let late: number[] = [];
  let all = Promise.withResolvers<void>();
  const take = async (delivery: RawDelivery) => {
    const id = delivery.message.attributes['id']!;
    if (delivery.origin.via === 'retry') {
      const lateMs = performance.now() - dueAt.get(id)!;
      if (lateMs < -1) all.reject(new Error(`${station.name}: ${-lateMs} ms too early`));
      late.push(Math.max(0.1, lateMs));
    } else {
      dueAt.set(id, performance.now() + delayMs);
      const due = new Date(Date.now() + delayMs).toISOString();
      await delivery.retryLater(delayMs, { 'waybill-due-at': due });
    }
    await delivery.done();
    if (late.length === messages) all.resolve();
  };
  const leave = await station.consume(subscriptions[0]!, (delivery) => void take(delivery));
  return {
    name: station.name,
    round: async () => {
      [late, all] = [[], Promise.withResolvers<void>()];
      const batch = Array.from({ length: messages }, (_, number) => numbered(number, messages, body));
      await publisher.publish(batch.map((message) => ({ address, message })));
      await all.promise;
      return late;
    },
    close: async () => {
      await publisher.close();
      await leave();
    },
  };
}
