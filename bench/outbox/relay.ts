import { BenchKafka } from '../contest/bench-kafka.ts';
import type { Contender } from '../contest/contender.ts';
import { contest, type Say } from '../contest/contest.ts';
import type { Part } from '../contest/line.ts';
import type { ContestOptions } from '../contest/options.ts';
import { graphileQueue } from './graphile-queue.ts';
import { loopQueue } from './loop-queue.ts';
import { outboxQueue } from './outbox-queue.ts';
import { pgBossQueue } from './pg-boss-queue.ts';
import type { Queue } from './queue.ts';
import { Station } from './station.ts';

/** Connections, leases and the JIT come first; it takes that many to get over them. */
const warmUp = 2_000;

export async function measureRelay({ smoke, rounds }: ContestOptions, say: Say): Promise<Part> {
  const count = smoke ? 500 : 30_000;
  const kafka = await BenchKafka.open();
  const drain = (queue: Queue, senders = 1, events = count) => contender(queue, senders, events, kafka);
  const relay = drain(outboxQueue);
  const loop = drain(loopQueue);
  const pgBoss = drain(pgBossQueue, 1, Math.ceil(count / 2));
  const graphile = drain(graphileQueue, 1, Math.ceil(count / 2));
  const more = smoke ? [] : [drain(outboxQueue, 2), drain(outboxQueue, 4)];
  try {
    const contenders = [relay, loop, pgBoss, graphile, ...more];
    const results = await contest(contenders, { rounds, warmUp: false }, say);
    const { name } = relay;
    return {
      title: 'full outbox to Kafka: acks=all, confirms awaited, key order checked',
      lines: [
        results.line({ name, base: loop.name, aim: { atLeast: 0.85 } }),
        results.line({ name, base: pgBoss.name, aim: { atLeast: 5 } }),
        results.line({ name, base: graphile.name, aim: { atLeast: 1.5 } }),
        results.line({ name, aim: { atLeast: 5_000 } }),
        ...[...more, loop, pgBoss, graphile].map(({ name }) => results.line({ name })),
      ],
    };
  } finally {
    await kafka.close();
  }
}

function contender(queue: Queue, senders: number, events: number, kafka: BenchKafka): Contender {
  return {
    name: senders === 1 ? queue.name : `${queue.name} × ${senders}`,
    round: async () => {
      const station = await Station.open(queue, senders, kafka);
      try {
        await station.cycle(Math.min(warmUp, events));
        const measured = await station.cycle(events);
        await station.check();
        return measured;
      } finally {
        await station.close();
      }
    },
  };
}
