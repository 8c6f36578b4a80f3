import type { KafkaMessage } from 'kafkajs';
import type { Queue } from './queue.ts';

/** Rejects unless a topic holds so many messages, each once, and each key's in order. */
export function checkTopic(messages: readonly KafkaMessage[], expected: number, queue: Queue): void {
  const ids = new Set(messages.map(({ headers }) => String(headers!['ce_id'])));
  if (ids.size !== expected || messages.length !== expected)
    throw new Error(`${queue.name}: ${messages.length} messages, ${ids.size} of ${expected} are there`);
  if (queue.keepsKeyOrder) checkOrder(messages, queue.name);
}

/** A key's messages are in one partition, which was read in its order. */
function checkOrder(messages: readonly KafkaMessage[], name: string): void {
  const last = new Map<string, number>();
  for (const { key, headers } of messages) {
    const sequence = Number(String(headers!['ce_sequence']));
    const before = last.get(String(key)) ?? 0;
    if (sequence !== before + 1) throw new Error(`${name}: ${String(key)} has ${sequence} after ${before}`);
    last.set(String(key), sequence);
  }
}
