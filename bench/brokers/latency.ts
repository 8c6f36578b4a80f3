import type { RawDelivery } from '@waybill/messaging';
import type { Say } from '../contest/contest.ts';
import type { Part } from '../contest/line.ts';
import type { ContestOptions } from '../contest/options.ts';
import { numbered, textOf } from './messages.ts';
import { sampleAll, type Sampled } from './samples.ts';
import { brokerNames, withStations, type Station } from './stations.ts';

const everyMs = 20;
const body = textOf(1_024);

/** From `publish` to the consumer's hands, at fifty messages a second: nothing ever waits behind another. */
export function measureLatency({ smoke, rounds }: ContestOptions, say: Say): Promise<Part> {
  return withStations(brokerNames, async (stations) => {
    const opened: (Sampled & { close(): Promise<void> })[] = [];
    for (const station of stations) opened.push(await arrivals(station, smoke ? 10 : 200));
    const lines = await sampleAll(opened, { rounds, warmUp: !smoke }, say);
    for (const each of opened) await each.close();
    return { title: 'latency, publish to handler, 1 KiB, 50 a second', lines };
  });
}

async function arrivals(station: Station, messages: number): Promise<Sampled & { close(): Promise<void> }> {
  const { address, subscriptions } = await station.prepare({});
  const publisher = station.broker.publisher('bench');
  const sentAt = new Map<string, number>();
  let took: number[] = [];
  let all = Promise.withResolvers<void>();
  const leave = await station.consume(subscriptions[0]!, (delivery: RawDelivery) => {
    const begun = sentAt.get(delivery.message.attributes['id']!);
    if (begun !== undefined) took.push(performance.now() - begun);
    void delivery.done();
    if (took.length === messages) all.resolve();
  });
  return {
    name: station.name,
    round: async () => {
      [took, all] = [[], Promise.withResolvers<void>()];
      const confirms: Promise<unknown>[] = [];
      await paced(messages, (number) => {
        const message = numbered(number, messages, body);
        sentAt.set(message.attributes['id']!, performance.now());
        confirms.push(publisher.publish([{ address, message }]));
      });
      await Promise.all([...confirms, all.promise]);
      sentAt.clear();
      return took;
    },
    close: async () => {
      await publisher.close();
      await leave();
    },
  };
}

/** Each in its own turn of the clock, late ones too. */
function paced(count: number, send: (number: number) => void): Promise<void> {
  return new Promise((resolve) => {
    let number = 0;
    const timer = setInterval(() => {
      send(number++);
      if (number < count) return;
      clearInterval(timer);
      resolve();
    }, everyMs);
  });
}
