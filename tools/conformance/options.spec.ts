import { expect, test } from '@jest/globals';
import { conformanceSite } from '../servers/site.ts';
import { parseOptions } from './options.ts';

test('all brokers are asked for all behaviours, on servers of their own, unless it is said otherwise', () => {
  expect(parseOptions([])).toMatchObject({
    asked: 'brokers',
    brokers: ['kafka', 'rabbitmq', 'sqs', 'memory'],
    behaviour: '',
    site: conformanceSite,
  });
});

test.each([
  [['--broker', 'redis'], '--broker takes kafka, rabbitmq, sqs, memory; not redis'],
  [['--site', 'nowhere'], '--site takes start, test, e2e, conformance'],
  [['--write', '--broker', 'kafka'], '--write needs the results of all brokers and behaviours'],
  [['--write', '--behaviour', 'key'], '--write needs the results of all brokers and behaviours'],
  [['--nonsense'], '--nonsense'],
])('%j is refused, with what can be done', (args, message) => {
  expect(() => parseOptions(args)).toThrow(message);
});
