import { expect, test } from '@jest/globals';
import { defineSubscription, type RawDelivery } from '@waybill/messaging';
import type { Consumer as KafkajsConsumer, EachBatchPayload, TopicPartitionOffsetAndMetadata } from 'kafkajs';
import { Assignment } from './assignment.js';
import type { KafkaPublisher } from './kafka-publisher.js';
import { normaliseKafkaOptions } from './kafka.options.js';

const batch = (...offsets: string[]) =>
  ({
    batch: {
      topic: 't',
      partition: 0,
      messages: offsets.map((offset) => ({ offset, key: null, value: null })),
    },
    resolveOffset: () => undefined,
  }) as unknown as EachBatchPayload;

test('a commit that fails is told and made again by the next, together with what was settled since', async () => {
  const commits: TopicPartitionOffsetAndMetadata[][] = [];
  const consumer = {
    resume: () => undefined,
    commitOffsets: async (offsets: TopicPartitionOffsetAndMetadata[]) => {
      commits.push(offsets);
      if (commits.length === 1) throw new Error('the coordinator is busy');
    },
  } as unknown as KafkajsConsumer;
  const deliveries: RawDelivery[] = [];
  const subscription = defineSubscription({
    name: 'group',
    broker: 'kafka',
    addresses: ['t'],
    order: 'key',
    lane: 'keyed',
  });
  const options = normaliseKafkaOptions({ brokers: ['localhost:9092'], clientId: 'test' });
  const take = (taken: readonly RawDelivery[]) => void deliveries.push(...taken);
  const hops = undefined as unknown as KafkaPublisher;
  const assignment = new Assignment({ consumer, subscription, options, hops, take }, { t: [0] });
  assignment.accept(batch('0', '1', '2'));

  await deliveries[0]!.done();
  await expect(assignment.commit()).rejects.toThrow('busy');
  await deliveries[1]!.done();
  await assignment.commit();
  await assignment.commit();

  expect(commits.map(([commit]) => commit!.offset)).toEqual(['1', '2']);
});
