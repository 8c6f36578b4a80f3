import type { Subscription } from '@waybill/messaging';
import { contest, type Say } from '../contest/contest.ts';
import type { Contender } from '../contest/contender.ts';
import type { Part } from '../contest/line.ts';
import type { ContestOptions } from '../contest/options.ts';
import { Stopwatch } from '../contest/stopwatch.ts';
import { numbered, textOf } from './messages.ts';
import { withStations, type Station } from './stations.ts';

const body = textOf(1_024);

/** A new group reads what others have handled long ago, from the first message; on Kafka, since others keep nothing. */
export function measureReplay({ smoke, rounds }: ContestOptions, say: Say): Promise<Part> {
  return withStations(['kafka'], async ([station]) => {
    const messages = smoke ? 300 : 20_000;
    // Of those the first warms up; each reads the same history once.
    const { address, subscriptions } = await station!.prepare(
      ...Array.from({ length: rounds + 1 }, () => ({ prefetch: 500 })),
    );
    const publisher = station!.broker.publisher('bench');
    for (let first = 0; first < messages; first += 500) {
      const numbers = Array.from({ length: Math.min(500, messages - first) }, (_, index) => first + index);
      await publisher.publish(numbers.map((number) => ({ address, message: numbered(number, 100, body) })));
    }
    const contender = readsAgain(station!, [...subscriptions], messages);
    const results = await contest([contender], { rounds, warmUp: !smoke }, say);
    await publisher.close();
    return { title: 'replay, 1 KiB', lines: [results.line({ name: contender.name })] };
  });
}

function readsAgain(station: Station, groups: Subscription[], messages: number): Contender {
  return {
    name: 'kafka, a new group',
    round: async () => {
      const all = Promise.withResolvers<void>();
      let [left, watch] = [messages, undefined as Stopwatch | undefined];
      const leave = await station.consume(groups.pop()!, (delivery) => {
        watch ??= new Stopwatch();
        void delivery.done();
        left--;
        if (left === 0) all.resolve();
      });
      await all.promise;
      const measured = watch!.measured(messages);
      await leave();
      return measured;
    },
  };
}
