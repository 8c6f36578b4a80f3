import { throwawayDatabase, type ThrowawayDatabase } from '@waybill/test-kit';
import pg from 'pg';
import type { BenchKafka } from '../contest/bench-kafka.ts';
import type { Measured } from '../contest/contender.ts';
import { Stopwatch } from '../contest/stopwatch.ts';
import { checkTopic } from './check-topic.ts';
import { eventsFrom } from './event.ts';
import type { Queue } from './queue.ts';
import { RunningSender } from './running-sender.ts';

const partitions = 6;

/** One fresh database, one fresh topic, and the sender processes between them. */
export class Station {
  readonly topic: string;
  readonly pool: pg.Pool;
  private readonly queue: Queue;
  private readonly kafka: BenchKafka;
  private readonly database: ThrowawayDatabase;
  private senders: RunningSender[] = [];
  private filled = 0;
  private onSent: () => void = () => undefined;

  private constructor(queue: Queue, kafka: BenchKafka, database: ThrowawayDatabase, topic: string) {
    this.queue = queue;
    this.kafka = kafka;
    this.database = database;
    this.topic = topic;
    this.pool = new pg.Pool({ connectionString: database.url, max: 4, options: '-c jit=off' });
    this.pool.on('error', () => undefined); // dropping the database cuts what is closing still
  }

  static async open(queue: Queue, senders: number, kafka: BenchKafka): Promise<Station> {
    const { tables } = queue;
    const database = await throwawayDatabase({ ...(tables && { sql: tables }) });
    await queue.prepare?.(database.url);
    const station = new Station(queue, kafka, database, await kafka.topic(partitions));
    await station.start(senders);
    return station;
  }

  get databaseUrl(): string {
    return this.database.url;
  }

  /** Fills the queue and measures how long it takes to be empty again: confirmed by Kafka and gone from the table. */
  async cycle(count: number): Promise<Measured> {
    const before = await this.cpuSeconds();
    await this.queue.fill(eventsFrom(this.filled, count), this.topic, this.pool);
    const watch = new Stopwatch();
    this.filled += count;
    for (const sender of this.senders) sender.wake();
    await this.untilSent();
    await this.untilEmpty(count);
    const { seconds } = watch;
    return { count, seconds, cpuSeconds: (await this.cpuSeconds()) - before };
  }

  /** Everything ever filled in is in the topic, once, and in order where that is promised. */
  async check(): Promise<void> {
    await checkTopic(this.kafka, this.topic, this.filled, this.queue);
  }

  async close(): Promise<void> {
    await Promise.all(this.senders.map((sender) => sender.stop()));
    await this.pool.end();
    await Promise.all([this.database.drop(), this.kafka.removeTopic(this.topic)]);
  }

  private async start(senders: number): Promise<void> {
    const starting = Array.from({ length: senders }, (_, index) =>
      RunningSender.start(
        this.queue.sender,
        { databaseUrl: this.database.url, topic: this.topic, owner: `sender-${index}` },
        () => this.onSent(),
      ),
    );
    this.senders = await Promise.all(starting);
    await this.queue.sharedBy?.(senders, this.pool);
  }

  private untilSent(): Promise<void> {
    return new Promise((resolve) => {
      this.onSent = () => {
        if (this.senders.reduce((sum, { sent }) => sum + sent, 0) >= this.filled) resolve();
      };
      this.onSent();
    });
  }

  /** Asked again at once: a pause would be measured too. */
  private async untilEmpty(latest: number): Promise<void> {
    const withinMs = performance.now() + 30_000;
    while ((await this.left(latest)) > 0)
      if (performance.now() > withinMs) throw new Error(`${this.queue.name}: rows are left`);
  }

  private async left(latest: number): Promise<number> {
    const { rows } = await this.pool.query<{ left: number }>(this.queue.countLeft(latest));
    return rows[0]!.left;
  }

  private async cpuSeconds(): Promise<number> {
    const each = await Promise.all(this.senders.map((sender) => sender.cpuSeconds()));
    return each.reduce((sum, seconds) => sum + seconds, 0);
  }
}
