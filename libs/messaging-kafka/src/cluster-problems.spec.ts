import { expect, test } from '@jest/globals';
import { expectedOf, wrongValues } from './cluster-problems.js';
import { normaliseKafkaOptions } from './kafka.options.js';

const options = normaliseKafkaOptions({ brokers: ['kafka:9092'], clientId: 'test' });

const good = {
  'auto.create.topics.enable': 'false',
  'unclean.leader.election.enable': 'false',
  'group.min.session.timeout.ms': '6000',
  'group.max.session.timeout.ms': '45000',
};

const wrong = (changes: Partial<typeof good>): string[] =>
  wrongValues('broker 1', new Map(Object.entries({ ...good, ...changes })), expectedOf(options));

test('a broker that keeps what is expected of it has no problem', () => {
  expect(wrong({})).toEqual([]);
});

test('every value of a broker that breaks a promise is named at once, with what is expected', () => {
  const found = wrong({
    'auto.create.topics.enable': 'true',
    'unclean.leader.election.enable': 'true',
    'group.min.session.timeout.ms': '45001',
    'group.max.session.timeout.ms': '30000',
  });
  expect(found).toEqual([
    'auto.create.topics.enable of broker 1 is true, so a mistyped name becomes a topic with one copy: expected false',
    'unclean.leader.election.enable of broker 1 is true, so a stale copy may lead, and what was confirmed is gone: ' +
      'expected false',
    'group.min.session.timeout.ms of broker 1 is 45001, so no consumer can join: expected 45000 or less',
    'group.max.session.timeout.ms of broker 1 is 30000, so no consumer can join: expected 45000 or more',
  ]);
});

test('what a hosted broker does not tell is not held against it', () => {
  expect(wrongValues('broker 1', new Map(), expectedOf(options))).toEqual([]);
});
