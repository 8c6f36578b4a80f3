import { describe, expect, test } from '@jest/globals';
import { defineSubscription, problemsOf, type Subscription } from './subscription.js';

const ordered = { name: 'q', broker: 'rabbitmq', addresses: ['q'], order: 'key', lane: 'keyed' } as const;

const problems = (declared: Partial<Subscription>) =>
  problemsOf(defineSubscription({ ...ordered, ...declared }));

describe('the order of keys', () => {
  test('is refused on RabbitMQ among competing consumers', () => {
    expect(problems({})).toEqual([
      'subscription q: RabbitMQ keeps no key order among competing consumers; order key needs singleActiveConsumer',
    ]);
    expect(problems({ singleActiveConsumer: true })).toEqual([]);
  });

  test('needs nothing of the kind on Kafka, whose partitions have one reader', () => {
    expect(problems({ broker: 'kafka' })).toEqual([]);
  });

  test('is what parking is for', () => {
    expect(problems({ order: 'none', onFailingKey: 'park' })).toEqual([
      'subscription q: onFailingKey park needs order key',
    ]);
  });
});
