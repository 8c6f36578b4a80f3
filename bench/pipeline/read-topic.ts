import { randomUUID } from 'node:crypto';
import type { EachBatchPayload } from 'kafkajs';
import type { BenchKafka } from '../contest/bench-kafka.ts';
import type { Measured } from '../contest/contender.ts';
import type { Tally } from './tally.ts';

interface Reading {
  readonly topic: string;
  readonly tally: Tally;
  /** Partitions handled side by side. */
  readonly concurrency: number;
  readonly eachBatch: (payload: EachBatchPayload) => Promise<void>;
}

/** A plain kafkajs consumer as its documentation has it, from the first message to the last one of the tally. */
export async function readTopic(
  { plain }: BenchKafka,
  { topic, tally, concurrency, eachBatch }: Reading,
): Promise<Measured> {
  const consumer = plain.consumer({ groupId: `bench-${randomUUID()}`, maxWaitTimeInMs: 250 });
  consumer.on(consumer.events.GROUP_JOIN, () => tally.begin());
  await consumer.connect();
  await consumer.subscribe({ topic, fromBeginning: true });
  await consumer.run({
    eachBatchAutoResolve: false,
    autoCommitInterval: 1_000,
    partitionsConsumedConcurrently: concurrency,
    eachBatch: (payload) => eachBatch(payload).catch((error: unknown) => tally.fail(error)),
  });
  try {
    return await tally.complete;
  } finally {
    await consumer.disconnect();
  }
}
