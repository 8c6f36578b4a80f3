import { expect, test } from '@jest/globals';
import type { Message } from 'kafkajs';
import { partitionOfKey } from './partition-of-key.js';
import { Partitioning } from './partitioning.js';
import type { KafkaRecord } from './record.js';

const partitionMetadata = Array.from({ length: 3 }, (_, partitionId) => ({
  partitionId,
  partitionErrorCode: 0,
  leader: 1,
  replicas: [],
  isr: [],
}));

const message = (key: string | null): Message => ({
  key: key === null ? null : Buffer.from(key),
  value: null,
});

const asked = (partitioning: Partitioning) => {
  const choose = partitioning.create();
  return (message: Message) => choose({ topic: 't', partitionMetadata, message });
};

test('messages without a key go round, and each stays where it was put when a send is tried again', () => {
  const ask = asked(new Partitioning());
  const messages = [message(null), message(null), message(null), message(null)];
  expect(messages.map(ask)).toEqual([0, 1, 2, 0]);
  expect(messages.toReversed().map(ask)).toEqual([0, 2, 1, 0]);
});

test('what was chosen stands in the message, where its answer is looked for', () => {
  const sent = message('customer-1');
  const partition = asked(new Partitioning())(sent);
  expect(sent.partition).toBe(partition);
  expect(partition).toBe(partitionOfKey(Buffer.from('customer-1'), 3));
});

test('a record is of one batch with its topic, and with its partition once a send has shown how many there are', () => {
  const partitioning = new Partitioning();
  const record: KafkaRecord = { topic: 't', key: Buffer.from('customer-1'), value: null, headers: {} };
  expect(partitioning.batchOf(record)).toBe('t');
  asked(partitioning)(message('customer-2'));
  expect(partitioning.batchOf(record)).toBe(`t ${partitionOfKey(record.key!, 3)}`);
  expect(partitioning.batchOf({ ...record, key: null })).toBe('t');
});
