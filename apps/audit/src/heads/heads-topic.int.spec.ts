import { afterEach, expect, test } from '@jest/globals';
import type { Broker } from '@waybill/messaging';
import { applyKafkaTopology, kafkaBroker } from '@waybill/messaging-kafka';
import { uuidV7 } from '@waybill/service-kit';
import { HeadsTopic } from './heads-topic.js';

const events = { emit: () => undefined };
const brokers = () => process.env['KAFKA_BROKERS']!.split(',');
const open: Broker[] = [];

afterEach(() => Promise.all(open.splice(0).map((broker) => broker.close())));

async function openHeads(address: string): Promise<HeadsTopic> {
  const broker = kafkaBroker({ brokers: brokers(), clientId: 'test', events });
  open.push(broker);
  const heads = new HeadsTopic({ broker, address, events });
  await heads.start();
  return heads;
}

async function freshTopic(): Promise<string> {
  const name = `audit.heads.${uuidV7()}`;
  const topic = { name, partitions: 1, config: { 'cleanup.policy': 'compact' } };
  await applyKafkaTopology({ kafka: { topics: [topic] } }, { brokers: brokers() });
  return name;
}

test('a process that starts later knows what another one has published', async () => {
  const address = await freshTopic();
  const first = await openHeads(address);
  expect(await first.latest()).toBeUndefined();
  await first.publish({ n: 7n, hash: Buffer.alloc(32, 7) });

  const second = await openHeads(address);
  expect(await second.latest()).toEqual({ n: 7n, hash: Buffer.alloc(32, 7) });
  await second.publish({ n: 9n, hash: Buffer.alloc(32, 9) });
  expect(await first.latest()).toMatchObject({ n: 9n });
}, 60_000);
