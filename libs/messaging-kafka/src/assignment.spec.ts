import { expect, test } from '@jest/globals';
import { setImmediate } from 'node:timers/promises';
import { defineSubscription, type RawDelivery, type Subscription } from '@waybill/messaging';
import type { Consumer as KafkajsConsumer, EachBatchPayload, Offsets } from 'kafkajs';
import { Assignment } from './assignment.js';
import type { KafkaPublisher } from './kafka-publisher.js';
import { normaliseKafkaOptions } from './kafka.options.js';

const batch = (commit: EachBatchPayload['commitOffsetsIfNecessary'], ...offsets: string[]) =>
  ({
    batch: {
      topic: 't',
      partition: 0,
      lastOffset: () => offsets.at(-1),
      messages: offsets.map((offset) => ({ offset, key: null, value: null })),
    },
    resolveOffset: () => undefined,
    commitOffsetsIfNecessary: commit,
  }) as unknown as EachBatchPayload;

/** An assignment of one partition, and what it hands over. */
function assigned(change: Partial<Subscription> = {}) {
  const consumer = { pause: () => undefined, resume: () => undefined } as unknown as KafkajsConsumer;
  const deliveries: RawDelivery[] = [];
  const subscription = defineSubscription({
    ...{ name: 'group', broker: 'kafka', addresses: ['t'], order: 'key', lane: 'keyed', ...change },
  });
  const options = normaliseKafkaOptions({ brokers: ['localhost:9092'], clientId: 'test' });
  const assignment = new Assignment(
    {
      consumer,
      subscription,
      options,
      hops: undefined as unknown as KafkaPublisher,
      take: (taken: readonly RawDelivery[]) => void deliveries.push(...taken),
      commitSoon: async () => undefined,
      startOver: () => undefined,
    },
    { t: [0] },
  );
  return { assignment, deliveries };
}

test('a commit that fails is told and made again by the next, together with what was settled since', async () => {
  const commits: string[] = [];
  const commitOnce = async (offsets?: Offsets) => {
    commits.push(offsets!.topics[0]!.partitions[0]!.offset);
    if (commits.length === 1) throw new Error('the coordinator is busy');
  };
  const { assignment, deliveries } = assigned();
  assignment.accept(batch(commitOnce, '0', '1', '2'));

  await deliveries[0]!.done();
  await expect(assignment.commit()).rejects.toThrow('busy');
  await deliveries[1]!.done();
  await assignment.commit();
  await assignment.commit();

  expect(commits).toEqual(['1', '2']);
});

test('a delivery that is settled is settled once, and no longer ours', async () => {
  const { assignment, deliveries } = assigned({ prefetch: 2 });
  assignment.accept(batch(async () => undefined, '0', '1', '2', '3', '4', '5'));
  expect(deliveries).toHaveLength(2);

  await deliveries[0]!.done();
  await deliveries[0]!.done();
  await deliveries[0]!.done();
  await setImmediate();

  expect(deliveries[0]!.current).toBe(false);
  expect(deliveries).toHaveLength(3);
});
