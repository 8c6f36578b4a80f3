import { expect, test } from '@jest/globals';
import { queueArguments } from './queue-arguments.js';

const quorum = { 'x-queue-type': 'quorum' };
const classic = { 'x-queue-type': 'classic', 'x-max-priority': 10 };
const byVersion = { name: 'q', arguments: quorum, argumentsBelow4: classic, bindings: [] };

test.each(['3.10.8', '3.13.7'])('RabbitMQ %s gets what a queue has for versions below 4.0', (version) => {
  expect(queueArguments(byVersion, version)).toBe(classic);
});

test.each(['4.0.0', '4.1.2', '4.2.0-rc.1', '10.0.0', 'unknown'])(
  'RabbitMQ %s gets what a queue has for all others',
  (version) => {
    expect(queueArguments(byVersion, version)).toBe(quorum);
  },
);

test('a queue that makes no difference gets the same everywhere', () => {
  for (const version of ['3.10.8', '4.0.0'])
    expect(queueArguments({ name: 'q', arguments: quorum, bindings: [] }, version)).toBe(quorum);
});
