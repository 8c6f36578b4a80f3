import { contest } from '../contest/contest.ts';
import type { Part } from '../contest/line.ts';
import type { MeasurePart } from '../contest/run-contest.ts';
import { Passage } from './passage.ts';
import { brokerNames, withStations } from './stations.ts';

/** The messages of a round last about as long on each: the figure is a rate. */
const shareOf = { kafka: 1, rabbitmq: 1, sqs: 0.2, memory: 2 } as const;

/** Published by one process and settled by the same, each key in order; `messages` for Kafka. */
export function throughputOf(size: string, bytes: number, messages: number): MeasurePart {
  return ({ smoke, rounds }, say): Promise<Part> =>
    withStations(brokerNames, async (stations) => {
      const passages: Passage[] = [];
      try {
        for (const station of stations) {
          const count = Math.ceil((smoke ? 200 : messages) * shareOf[station.name]);
          passages.push(await Passage.open(station, { name: station.name, messages: count, bytes }));
        }
        const results = await contest(passages, { rounds, warmUp: !smoke }, say);
        const lines = passages.map(({ name }) =>
          results.line({ name, ...(name !== 'kafka' && { base: 'kafka' }) }),
        );
        return { title: `throughput, ${size}`, lines };
      } finally {
        for (const passage of passages) await passage.close();
      }
    });
}
