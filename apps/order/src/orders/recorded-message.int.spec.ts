import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { readFile } from 'node:fs/promises';
import { OrderCreated } from '@waybill/contracts';
import { PostgresInbox } from '@waybill/idempotency';
import {
  deadLetterAddress,
  defineSubscription,
  inletAddress,
  retryAddresses,
  SubscriptionRunner,
  type Broker,
  type Message,
  type MessagingEvent,
  type RawDelivery,
  type Subscription,
} from '@waybill/messaging';
import { applyKafkaTopology, kafkaBroker } from '@waybill/messaging-kafka';
import { applyRabbitmqTopology, rabbitmqBroker } from '@waybill/messaging-rabbitmq';
import { uuidV7 } from '@waybill/service-kit';
import { eventually } from '@waybill/test-kit';
import { openOrderWorld, type OrderWorld } from '../testing/order-world.js';
import { OnOrderCreated } from './on-order-created.handler.js';

const brokers = process.env['KAFKA_BROKERS']!.split(',');
const url = process.env['RABBITMQ_URL']!;

/** The bytes and the envelope that the code of version 1 wrote. */
const recorded = async (): Promise<Message> => {
  const file = new URL('../../../../libs/contracts/recorded/order.created.v1.json', import.meta.url);
  const { bodyBase64, ...message } = JSON.parse(await readFile(file, 'utf8'));
  return { ...message, body: Buffer.from(bodyBase64, 'base64') };
};

async function open(name: 'kafka' | 'rabbitmq', subscription: Subscription): Promise<Broker> {
  const beside = [
    deadLetterAddress(subscription, subscription.name),
    inletAddress(subscription, subscription.name),
    ...retryAddresses(subscription),
  ];
  const names = [subscription.name, ...beside];
  if (name === 'kafka') {
    const topics = names.map((topic) => ({ name: topic, partitions: 1, config: { 'retention.ms': '-1' } }));
    await applyKafkaTopology({ kafka: { topics } }, { brokers });
    return kafkaBroker({ brokers, clientId: 'recorded' });
  }
  const queues = names.map((queue) => ({ name: queue, arguments: {}, bindings: [] }));
  await applyRabbitmqTopology({ rabbitmq: { exchanges: [], queues } }, { url });
  return rabbitmqBroker({ url, clientName: 'recorded' });
}

describe.each(['kafka', 'rabbitmq'] as const)('on %s', (name) => {
  let world: OrderWorld;
  let broker: Broker;
  let runner: SubscriptionRunner;
  let subscription: Subscription;
  const told: MessagingEvent[] = [];

  beforeEach(async () => {
    world = await openOrderWorld();
    const address = `recorded-${uuidV7()}`;
    const declared = {
      name: address,
      broker: name,
      addresses: [address],
      order: 'none',
      lane: 'batch',
    } as const;
    subscription = defineSubscription(declared);
    broker = await open(name, subscription);
    const handler = new OnOrderCreated(world.carryOut, world.stock);
    runner = new SubscriptionRunner({
      broker,
      subscription,
      handlers: [{ contract: OrderCreated, handler }],
      database: world.database,
      inbox: new PostgresInbox(),
      events: { emit: (event) => void told.push(event) },
    });
    await runner.start();
  }, 60_000);
  afterEach(async () => {
    await runner.drain(5_000);
    await broker.close();
    await world.close();
  });

  const send = async (message: Message) => {
    const publisher = broker.publisher('recorded');
    const [result] = await publisher.publish([{ address: subscription.name, message }]);
    expect(result).toMatchObject({ status: 'confirmed' });
  };

  test('a message of version 1 reserves its order’s stock and asks for its money', async () => {
    const message = await recorded();
    const { lines, ...facts } = JSON.parse(Buffer.from(message.body).toString());
    await world.products.put({ sku: lines[0].sku, priceCents: 1_177, currency: 'USD', onHand: 5 });
    const order = { ...facts, status: 'PENDING', stockReserved: false, createdAt: new Date(facts.createdAt) };
    await world.within((transaction) => world.orders.insertAll([{ order, lines }], transaction));
    await send(message);
    await eventually(async () =>
      expect(await world.announced(facts.orderId)).toEqual([
        'payment.requested order_exchange/payment.requested',
      ]),
    );
  }, 60_000);

  test('a message of a version to come is a dead letter that says so, its bytes kept', async () => {
    const message = await recorded();
    const attributes = { ...message.attributes, dataschema: 'urn:waybill:order.created:v3' };
    const body = Buffer.from('{ "what": "nobody knows yet" }');
    await send({ ...message, attributes, body });
    const dead = await deadLetters();
    await eventually(() => expect(dead.seen).toHaveLength(1));
    expect(Buffer.from(dead.seen[0]!.message.body)).toEqual(body);
    expect(dead.seen[0]!.message.attributes['dataschema']).toBe('urn:waybill:order.created:v3');
    expect(dead.seen[0]!.message.headers['waybill-failure-reason']).toContain(
      'order.created: version 3 is newer than 2',
    );
    await dead.close();
  }, 60_000);

  async function deadLetters() {
    const address = deadLetterAddress(subscription, subscription.name);
    const declared = {
      addresses: [address],
      broker: name,
      order: 'none',
      lane: 'batch',
      terminal: true,
    } as const;
    const reader = defineSubscription({
      name: name === 'kafka' ? `reader-${uuidV7()}` : address,
      ...declared,
    });
    const seen: RawDelivery[] = [];
    const consumer = broker.consumer(reader, (deliveries) => void seen.push(...deliveries));
    await consumer.start();
    return { seen, close: () => consumer.close() };
  }
});
