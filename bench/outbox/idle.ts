import { setTimeout as sleep } from 'node:timers/promises';
import type { Publisher } from '@waybill/messaging';
import { OutboxRelay, pgDatabase } from '@waybill/outbox';
import { throwawayDatabase } from '@waybill/test-kit';
import pg from 'pg';
import { BenchKafka } from '../contest/bench-kafka.ts';
import type { Say } from '../contest/contest.ts';
import type { Line, Part } from '../contest/line.ts';
import type { ContestOptions } from '../contest/options.ts';
import { percentile } from '../contest/median.ts';
import { eventsFrom } from './event.ts';
import { outboxQueue, outboxTo } from './outbox-queue.ts';

/** Between two commits: far longer than one takes, and never in step with the relay's own rhythm. */
const pauseMs = () => 20 + 40 * Math.random();
const warmUp = 20;

/** One message at a time, the relay at rest: from COMMIT's answer to the broker's, in one process as in a service. */
export async function measureIdle({ smoke, rounds }: ContestOptions, say: Say): Promise<Part> {
  const kafka = await BenchKafka.open();
  const database = await throwawayDatabase({ sql: outboxQueue.tables! });
  const pool = new pg.Pool({ connectionString: database.url, max: 2 });
  const confirms = new Confirms(kafka.broker.publisher('relay'));
  const relay = startRelay(database.url, confirms);
  try {
    const topic = await kafka.topic(6);
    const outbox = outboxTo(topic, relay);
    const times: number[] = [];
    const count = warmUp + (smoke ? 10 : 100 * rounds);
    for (const event of eventsFrom(0, count)) {
      await sleep(pauseMs());
      await pgDatabase(pool).transaction((transaction) => outbox.add([event], transaction));
      const committedAt = performance.now();
      times.push((await confirms.next()) - committedAt);
    }
    const measured = times.slice(warmUp);
    say(`idle: ${measured.length} messages`);
    return {
      title: `idle relay: commit to broker ack (${measured.length} messages)`,
      lines: linesOf(measured),
    };
  } finally {
    await relay.stop();
    await kafka.close();
    await pool.end();
    await database.drop();
  }
}

const linesOf = (times: readonly number[]): Line[] => [
  { name: 'p50', value: percentile(times, 50), unit: 'ms', aim: { atMost: 5 } },
  { name: 'p99', value: percentile(times, 99), unit: 'ms', aim: { atMost: 25 } },
];

function startRelay(databaseUrl: string, publisher: Publisher): OutboxRelay {
  const publishers = { kafka: publisher };
  const events = { emit: () => undefined };
  const relay = new OutboxRelay({ databaseUrl, owner: 'bench', publishers, events });
  relay.start();
  return relay;
}

/** A publisher that notes when each message was confirmed. */
class Confirms implements Publisher {
  private readonly inner: Publisher;
  private readonly confirmedAt: number[] = [];
  private waiting: ((at: number) => void) | undefined;

  constructor(inner: Publisher) {
    this.inner = inner;
  }

  publish: Publisher['publish'] = async (batch) => {
    const results = await this.inner.publish(batch);
    for (const { status } of results) if (status === 'confirmed') this.note(performance.now());
    return results;
  };

  close(): Promise<void> {
    return this.inner.close();
  }

  /** The moment of the next confirm, which may lie before the commit's answer. */
  next(): Promise<number> {
    const at = this.confirmedAt.shift();
    return at === undefined ? new Promise((resolve) => (this.waiting = resolve)) : Promise.resolve(at);
  }

  private note(at: number): void {
    const { waiting } = this;
    this.waiting = undefined;
    if (waiting) waiting(at);
    else this.confirmedAt.push(at);
  }
}
