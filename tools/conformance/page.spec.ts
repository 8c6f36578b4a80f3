import { expect, test } from '@jest/globals';
import {
  behaviours,
  memoryUnderTest,
  reasonToSkip,
  type BrokerUnderTest,
  type Given,
} from '@waybill/messaging-conformance';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { repository } from '../servers/site.ts';
import { kafkaUnderTest } from './brokers/kafka.ts';
import { rabbitmqUnderTest } from './brokers/rabbitmq.ts';
import { sqsUnderTest } from './brokers/sqs.ts';
import { brokersPage } from './page.ts';

const faults = memoryUnderTest().faults!;
const brokers = [
  kafkaUnderTest(['nowhere:9092'], faults),
  rabbitmqUnderTest('amqp://nowhere', faults),
  sqsUnderTest('http://nowhere', faults),
  memoryUnderTest(),
];
const store = {} as NonNullable<Given['store']>;

/** What a run must find: all that capabilities do not skip passes. */
const expectedOf = (broker: BrokerUnderTest) =>
  behaviours.map(({ name, needs = [] }) => {
    const because = reasonToSkip(needs, { broker, store });
    const about = { broker: broker.name, behaviour: name };
    return because ? { ...about, status: 'skip' as const, because } : { ...about, status: 'pass' as const };
  });

test('the page of the brokers says what capabilities and behaviours say, and no broker fails one', async () => {
  const written = await readFile(join(repository, 'docs/reference/brokers.md'), 'utf8');
  expect(written).toBe(await brokersPage(brokers, brokers.flatMap(expectedOf)));
});

test('every behaviour has a name of its own', () => {
  const names = behaviours.map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
});
