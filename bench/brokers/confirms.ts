import type { Publisher } from '@waybill/messaging';
import type { Contender, Measured } from '../contest/contender.ts';
import { contest, type Say } from '../contest/contest.ts';
import type { Part } from '../contest/line.ts';
import type { ContestOptions } from '../contest/options.ts';
import { Stopwatch } from '../contest/stopwatch.ts';
import { numbered, textOf } from './messages.ts';
import { withStations } from './stations.ts';

/** Messages in flight, and how many make a round. */
const widths = [
  { width: 1, messages: 500 },
  { width: 20, messages: 5_000 },
  { width: 200, messages: 10_000 },
  { width: 1_000, messages: 10_000 },
] as const;
const body = textOf(1_024);

/** What waiting for RabbitMQ's confirms costs: one at a time, or many on their way. The queue is a quorum queue. */
export function measureConfirms({ smoke, rounds }: ContestOptions, say: Say): Promise<Part> {
  return withStations(['rabbitmq'], async ([station]) => {
    const { address, subscriptions } = await station!.prepare({ prefetch: 500 });
    const leave = await station!.consume(subscriptions[0]!, (delivery) => void delivery.done());
    const publisher = station!.broker.publisher('bench');
    const contenders = widths.map(({ width, messages }) =>
      keepsInFlight(width, smoke ? 2 * width : messages, { publisher, address }),
    );
    const results = await contest(contenders, { rounds, warmUp: !smoke }, say);
    await publisher.close();
    await leave();
    const [{ name: base }] = contenders as [Contender];
    const lines = contenders.map(({ name }) => results.line({ name, ...(name !== base && { base }) }));
    return { title: 'RabbitMQ, publisher confirms, 1 KiB', lines };
  });
}

interface Target {
  readonly publisher: Publisher;
  readonly address: string;
}

function keepsInFlight(width: number, messages: number, { publisher, address }: Target): Contender {
  return {
    name: `${width} in flight`,
    round: async (): Promise<Measured> => {
      const watch = new Stopwatch();
      let number = 0;
      const one = async () => {
        while (number < messages) {
          const message = numbered(number++, messages, body);
          const [result] = await publisher.publish([{ address, message }]);
          if (result!.status !== 'confirmed') throw new Error(`${width} in flight: ${result!.status}`);
        }
      };
      await Promise.all(Array.from({ length: width }, one));
      return watch.measured(messages);
    },
  };
}
