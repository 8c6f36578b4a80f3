import type { KafkaMessage } from 'kafkajs';
import type { BenchKafka } from '../contest/bench-kafka.ts';
import type { Queue } from './queue.ts';

/**
 * Rejects unless a topic holds so many messages, each once, and each key's in order where that is promised. There the
 * sequences without a gap say it all; ids of millions would not fit.
 */
export async function checkTopic(kafka: BenchKafka, topic: string, expected: number, queue: Queue) {
  const seen = queue.keepsKeyOrder ? new Sequences(queue.name) : new Ids();
  await kafka.read(topic, (message) => seen.add(message));
  seen.end();
  if (seen.count !== expected || seen.distinct !== expected)
    throw new Error(`${queue.name}: ${seen.count} messages, ${seen.distinct} of ${expected} are there`);
}

class Ids {
  count = 0;
  private readonly ids = new Set<string>();

  get distinct(): number {
    return this.ids.size;
  }

  add({ headers }: KafkaMessage): void {
    this.count++;
    this.ids.add(String(headers!['ce_id']));
  }

  end(): void {}
}

class Sequences {
  count = 0;
  private readonly name: string;
  private readonly last = new Map<string, number>();
  private wrong: string | undefined;

  constructor(name: string) {
    this.name = name;
  }

  get distinct(): number {
    return [...this.last.values()].reduce((sum, last) => sum + last, 0);
  }

  add({ key, headers }: KafkaMessage): void {
    this.count++;
    const sequence = Number(String(headers!['ce_sequence']));
    const before = this.last.get(String(key)) ?? 0;
    if (sequence !== before + 1) this.wrong ??= `${String(key)} has ${sequence} after ${before}`;
    this.last.set(String(key), sequence);
  }

  end(): void {
    if (this.wrong) throw new Error(`${this.name}: ${this.wrong}`);
  }
}
