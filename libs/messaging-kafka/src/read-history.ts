import { randomUUID } from 'node:crypto';
import { defineSubscription } from '@waybill/messaging';
import { ConsumerSession } from './consumer-session.js';
import { KafkaRefusedError } from './kafka.errors.js';
import { normaliseKafkaOptions, type KafkaOptions } from './kafka.options.js';
import type { Place } from './kafka-delivery.js';
import type { ReadMessage } from './processing.js';
import { toMessage } from './record.js';
import { withAdmin } from './topology.js';

/** A topic's messages from its first one up to, and without, these offsets by partition. */
export interface History {
  readonly topic: string;
  readonly until: ReadonlyMap<number, bigint>;
}

/**
 * Shows what a topic held, each partition in its order, to nobody but `see`: under a group of its own that commits nothing
 * and is removed. What comes after `until` is not shown. Rejects with a `KafkaRefusedError` where the beginning is no
 * longer kept, and with whatever ends the reading: then all is to be read again.
 */
export async function readHistory(
  { topic, until }: History,
  see: (messages: readonly ReadMessage[], place: Place) => void,
  given: KafkaOptions,
): Promise<void> {
  await refuseCut(topic, given);
  const left = new Map([...until].filter(([, end]) => end > 0n));
  if (left.size === 0) return;
  const group = `history.${topic}.${randomUUID()}`;
  const ended = Promise.withResolvers<void>();
  const passed = ({ partition }: Place, last: bigint): void => {
    if (last + 1n >= (left.get(partition) ?? last + 2n)) left.delete(partition);
    if (left.size === 0) ended.resolve();
  };
  const session = new ConsumerSession(subscriptionOf(group, topic), normaliseKafkaOptions(given), {
    assigned: () => undefined,
    // Alone in its group: an assignment that ends is the reading's end, too.
    revoked: () => ended.reject(new Error(`${topic}: the reading was interrupted`)),
    fetched: ({ batch: { partition, messages }, resolveOffset }) => {
      const last = messages.at(-1);
      if (!last) return;
      const end = left.get(partition) ?? 0n;
      const wanted = messages.filter(({ offset }) => BigInt(offset) < end);
      try {
        see(
          wanted.map((message) => ({ ...toMessage(message), offset: message.offset })),
          { topic, partition },
        );
      } catch (error) {
        return ended.reject(error as Error);
      }
      resolveOffset(last.offset);
      passed({ topic, partition }, BigInt(last.offset));
    },
    passed,
    ended: (because) => ended.reject(because),
  });
  try {
    await session.open(undefined);
    await ended.promise;
  } finally {
    await session.part();
    await withAdmin(given, (admin) => admin.deleteGroups([group])).catch(() => 'it never committed');
  }
}

function refuseCut(topic: string, options: KafkaOptions): Promise<void> {
  return withAdmin(options, async (admin) => {
    const cut = (await admin.fetchTopicOffsets(topic)).filter(({ low }) => BigInt(low) > 0n);
    if (cut.length === 0) return;
    const places = cut.map(({ partition, low }) => `${topic}/${partition} begins at ${low}`);
    throw new KafkaRefusedError(`the beginning is no longer kept: ${places.join(', ')}`);
  });
}

const subscriptionOf = (name: string, topic: string) =>
  defineSubscription({
    name,
    broker: 'kafka',
    addresses: [topic],
    order: 'key',
    lane: 'batch',
    terminal: true,
  });
