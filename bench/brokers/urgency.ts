import type { Say } from '../contest/contest.ts';
import type { Line, Part } from '../contest/line.ts';
import { median } from '../contest/median.ts';
import type { ContestOptions } from '../contest/options.ts';
import { numbered, textOf } from './messages.ts';
import { withStations, type Station } from './stations.ts';

const body = textOf(100);

/** How many of a backlog an urgent message overtakes; on RabbitMQ, since the others know no priorities. */
export function measureUrgency({ smoke, rounds }: ContestOptions, say: Say): Promise<Part> {
  return withStations(['rabbitmq'], async ([station]) => {
    const backlog = smoke ? 50 : 2_000;
    const shares: number[] = [];
    for (let round = 1; round <= rounds; round++) {
      shares.push((100 * (await overtaken(station!, backlog))) / backlog);
      say(`round ${round} of ${rounds}: ${shares.at(-1)!.toFixed(1)} % overtaken`);
    }
    const line: Line = {
      name: 'rabbitmq',
      value: median(shares),
      unit: '%',
      aim: { atLeast: smoke ? 50 : 99 },
    };
    return { title: 'priority, part of a backlog overtaken', lines: [line] };
  });
}

async function overtaken(station: Station, backlog: number): Promise<number> {
  const { address, subscriptions } = await station.prepare({ order: 'none' });
  const publisher = station.broker.publisher('bench');
  const outgoing = Array.from({ length: backlog + 1 }, (_, number) => ({
    address,
    message: numbered(number, backlog + 1, body),
    priority: number === backlog ? 9 : 0,
  }));
  await publisher.publish(outgoing);
  const urgent = outgoing.at(-1)!.message.attributes['id'];
  const found = Promise.withResolvers<number>();
  let before = 0;
  const leave = await station.consume(subscriptions[0]!, (delivery) => {
    if (delivery.message.attributes['id'] === urgent) found.resolve(backlog - before);
    before++;
    void delivery.done();
  });
  const count = await found.promise;
  await publisher.close();
  await leave();
  return count;
}
