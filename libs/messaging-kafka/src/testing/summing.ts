import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { messageOf, untilAnswered } from '@waybill/test-kit';
import type { OutgoingMessage, Publisher } from '@waybill/messaging';
import { testBrokers } from './test-environment.js';
import type { TestKafka } from './test-kafka.js';

const script = new URL('./sum-per-minute.mjs', import.meta.url).pathname;

export type Sums = ReadonlyMap<string, number>;

/** Publishes amounts of minutes, a few at a time, until it is told to stop; and what they come to. */
export class Feed {
  readonly sums = new Map<string, number>();
  /** So many were published. */
  count = 0;
  private state: 'feeding' | 'stopped' = 'feeding';
  private readonly feeding: Promise<void>;

  constructor(
    private readonly publisher: Publisher,
    private readonly topic: string,
  ) {
    this.feeding = this.feed();
  }

  async stop(): Promise<void> {
    this.state = 'stopped';
    await this.feeding;
  }

  private async feed(): Promise<void> {
    while (this.state === 'feeding')
      await this.publisher.publish(Array.from({ length: 20 }, () => this.next()));
  }

  private next(): OutgoingMessage {
    const [minute, amount] = [`m${this.count % 7}`, (this.count % 1_000) + 1];
    const key = `k${this.count++ % 30}`;
    this.sums.set(minute, (this.sums.get(minute) ?? 0) + amount);
    return { address: this.topic, message: messageOf(`${minute} ${amount}`, { key }) };
  }
}

export class SummingProcess {
  private constructor(private readonly child: ChildProcess) {}

  static start(settings: { FROM: string; TO: string; GROUP: string }): SummingProcess {
    const env = { ...process.env, NODE_OPTIONS: '', KAFKA_BROKERS: testBrokers().join(','), ...settings };
    return new SummingProcess(
      spawn(process.execPath, [script], { env, stdio: ['ignore', 'ignore', 'inherit'] }),
    );
  }

  async kill(): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    const closed = once(this.child, 'close');
    this.child.kill('SIGKILL');
    await closed;
  }
}

/** The sum of each minute, and of how many records, as a reader of that isolation level finds them. */
export async function readSums(
  kafka: TestKafka,
  topic: string,
  readUncommitted: boolean,
): Promise<{ sums: Sums; records: number }> {
  const offsets = await kafka.admin.fetchTopicOffsets(topic);
  const left = new Map(
    offsets.filter(({ high }) => +high > 0).map(({ partition, high }) => [partition, +high]),
  );
  const groupId = `sums-${topic}-${readUncommitted}-${Math.random()}`;
  const consumer = kafka.plain.consumer({ groupId, maxWaitTimeInMs: 100, readUncommitted });
  // Told also of fetches that bring markers alone.
  consumer.on(consumer.events.END_BATCH_PROCESS, ({ payload: { partition, lastOffset } }) => {
    if (Number(lastOffset) + 1 >= (left.get(partition) ?? Infinity)) left.delete(partition);
  });
  const sums = new Map<string, number>();
  let records = 0;
  await consumer.connect();
  await consumer.subscribe({ topic, fromBeginning: true });
  await consumer.run({
    eachMessage: async ({ message }) => {
      const [minute, sum] = message.value!.toString().split(' ') as [string, string];
      sums.set(minute, (sums.get(minute) ?? 0) + Number(sum));
      records++;
    },
  });
  await untilAnswered(() => (left.size === 0 ? true : undefined));
  await consumer.disconnect();
  return { sums, records };
}
