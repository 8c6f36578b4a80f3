import { randomBytes } from 'node:crypto';
import { expect, test } from '@jest/globals';
import kafkajs from 'kafkajs';
import { partitionOfKey } from './partition-of-key.js';

const ofKafkajs = kafkajs.Partitioners.DefaultPartitioner();

const metadata = (partitions: number) =>
  Array.from({ length: partitions }, (_, partitionId) => ({
    partitionId,
    partitionErrorCode: 0,
    leader: 1,
    replicas: [],
    isr: [],
  }));

test('a key of any length goes where kafkajs, and so every Kafka client, puts it', () => {
  for (let length = 0; length < 200; length++)
    for (const partitions of [1, 6, 97]) {
      const key = randomBytes(length);
      const expected = ofKafkajs({
        topic: 't',
        partitionMetadata: metadata(partitions),
        message: { key, value: null },
      });
      expect({ key, partition: partitionOfKey(key, partitions) }).toEqual({ key, partition: expected });
    }
});
