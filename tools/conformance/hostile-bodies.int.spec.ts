import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { OrderCreated } from '@waybill/contracts';
import {
  deadLetterAddress,
  defineSubscription,
  done,
  SubscriptionRunner,
  writeEnvelope,
  type Delivery,
  type Message,
  type Publisher,
  type RawDelivery,
} from '@waybill/messaging';
import { memoryUnderTest, type BrokerUnderTest, type Connection } from '@waybill/messaging-conformance';
import {
  eventually,
  hostileBodies,
  longestTurnMs,
  upToThreeTimes,
  type HostileBody,
} from '@waybill/test-kit';
import { connect } from 'amqplib';
import { randomUUID } from 'node:crypto';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { kafkaUnderTest } from './brokers/kafka.ts';
import { rabbitmqUnderTest } from './brokers/rabbitmq.ts';
import { sqsUnderTest } from './brokers/sqs.ts';
import { openStore } from './store.ts';

const { KAFKA_BROKERS = '', RABBITMQ_URL = '', AWS_ENDPOINT_URL = '' } = process.env;
const longestBlockMs = 200;
const mostGrowthBytes = 50_000_000;
const withinMs = 20_000;

interface Tried {
  readonly make: () => BrokerUnderTest;
  /** What its client takes of headers, where that is less than of a body. */
  readonly headerBytes?: number;
  /** Writes past our publisher and its limit. */
  readonly writeAnyway?: (queue: string, message: Message) => Promise<void>;
}
const brokers: [string, Tried][] = [
  ['memory', { make: memoryUnderTest }],
  ['kafka', { make: () => kafkaUnderTest(KAFKA_BROKERS.split(',')) }],
  [
    'rabbitmq',
    { make: () => rabbitmqUnderTest(RABBITMQ_URL), headerBytes: 65_536, writeAnyway: writeToRabbitmq },
  ],
  ['sqs', { make: () => sqsUnderTest(AWS_ENDPOINT_URL) }],
];
const hostile = hostileBodies(OrderCreated.example, {
  list: 'lines',
  number: 'totalCents',
  text: 'customerEmail',
});

const toldLimit = expect.stringMatching(/\d+ bytes|exceeds/);

let store: Awaited<ReturnType<typeof openStore>>;
beforeAll(async () => void (store = await openStore()), 60_000);
afterAll(() => store.close());

describe.each(brokers)('on %s', (_, { make, headerBytes = Infinity, writeAnyway }) => {
  let underTest: BrokerUnderTest;
  let connection: Connection;
  let runner: SubscriptionRunner;
  let publisher: Publisher;
  let address: string;
  let usedBytes: number;
  const handled: string[] = [];
  const dead: RawDelivery[] = [];
  const setAside: string[] = [];

  beforeAll(async () => {
    underTest = make();
    connection = await underTest.connect();
    const prepared = await underTest.prepare([{ delaysMs: [200] }]);
    const [subscription] = prepared.subscriptions;
    address = prepared.address;
    const { broker } = connection;
    publisher = broker.publisher('outsider');
    const handle = async ({ envelope }: Delivery<typeof OrderCreated>) => (handled.push(envelope.id), done());
    runner = new SubscriptionRunner({
      ...{ broker, subscription: subscription!, ...store, events: { emit: () => undefined } },
      handlers: [{ contract: OrderCreated, handler: { handle } }],
    });
    await runner.start();
    const deadLetters = deadLetterAddress(subscription!, subscription!.addresses[0]!);
    const reader = defineSubscription({
      name: broker.name === 'rabbitmq' ? deadLetters : `reader-${randomUUID()}`,
      ...{ broker: broker.name, addresses: [deadLetters], order: 'none', lane: 'keyed', terminal: true },
    });
    await broker
      .consumer(reader, (deliveries) => {
        dead.push(...deliveries);
        for (const delivery of deliveries) void delivery.done();
      })
      .start();
    expect(await send(OrderCreated.encode(OrderCreated.example))).toMatchObject({ status: 'confirmed' });
    await eventually(() => expect(handled).toHaveLength(1), withinMs);
    usedBytes = memoryInUse();
  }, 60_000);

  afterAll(async () => {
    await runner.drain(1_000);
    await connection.close();
    await underTest.close();
  }, 60_000);

  function outgoing(body: Uint8Array, headers: Message['headers'] = {}) {
    const id = randomUUID();
    const attributes = writeEnvelope({
      ...{ id, type: OrderCreated.type, source: '/hostile', subject: 'order-1', sequence: 1 },
      ...{ time: new Date().toISOString(), dataschema: OrderCreated.dataschema },
    });
    return { id, message: { key: 'customer-1', attributes, headers, body } };
  }

  async function send(body: Uint8Array, headers?: Message['headers']) {
    const { id, message } = outgoing(body, headers);
    const [result] = await publisher.publish([{ address, message }]);
    return { id, ...result! };
  }

  async function theNextIsHandled() {
    const { id } = await send(OrderCreated.encode(OrderCreated.example));
    await eventually(() => expect(handled).toContain(id), withinMs);
  }

  async function isSetAside(id: string, { body, headers = {} }: Pick<HostileBody, 'body' | 'headers'>) {
    await eventually(() => expect(lettersOf(id)).toHaveLength(1), withinMs);
    const [{ message }] = lettersOf(id) as [RawDelivery];
    expect(Buffer.compare(message.body, body)).toBe(0);
    expect(message.headers).toMatchObject(headers);
    setAside.push(id);
  }

  const lettersOf = (id: string) => dead.filter(({ message }) => message.attributes['id'] === id);

  const isTooMuch = ({ body, headers = {} }: HostileBody) => {
    const inHeaders = Object.entries(headers).flat().join('').length;
    return inHeaders > headerBytes || body.byteLength + inHeaders > underTest.capabilities.maxMessageBytes;
  };

  async function withoutBlocking(work: () => Promise<void>) {
    const isShort = (blockedMs: number) => blockedMs < longestBlockMs;
    expect(await upToThreeTimes(() => longestTurnMs(work), isShort)).toBeLessThan(longestBlockMs);
  }

  test.each(hostile.map((each) => [each.name, each] as const))('%s', (_name, each) =>
    withoutBlocking(async () => {
      const sent = await send(each.body, each.headers);
      await theNextIsHandled();
      if (isTooMuch(each))
        return expect(sent).toMatchObject({ status: 'refused', because: { message: toldLimit } });
      expect(sent).toMatchObject({ status: 'confirmed' });
      if (each.fate === 'dead') return isSetAside(sent.id, each);
      await eventually(() => expect(handled).toContain(sent.id), withinMs);
    }),
  );

  if (writeAnyway)
    test('50 MB that our publisher would not send', async () => {
      await withoutBlocking(async () => {
        const { id, message } = outgoing(Buffer.alloc(50_000_000, '{},'));
        await writeAnyway(address, message);
        await theNextIsHandled();
        await isSetAside(id, message);
      });
    }, 60_000);

  test('each is set aside once, nothing else is, and the memory is as it was', () => {
    const ids = dead.map(({ message }) => message.attributes['id']);
    expect(new Set(handled).size).toBe(handled.length);
    expect(ids.toSorted()).toEqual(setAside.toSorted());
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
    expect(memoryInUse() - usedBytes).toBeLessThan(mostGrowthBytes);
  });
});

/** Of the heap, once what nobody holds is gone. */
function memoryInUse(): number {
  setFlagsFromString('--expose-gc');
  (runInNewContext('gc') as () => void)();
  return process.memoryUsage().heapUsed;
}

async function writeToRabbitmq(queue: string, { attributes, body }: Message): Promise<void> {
  const connection = await connect(RABBITMQ_URL);
  const channel = await connection.createConfirmChannel();
  const named = Object.entries(attributes).map(([name, value]) => [`cloudEvents:${name}`, value]);
  channel.sendToQueue(queue, Buffer.from(body), { persistent: true, headers: Object.fromEntries(named) });
  await channel.waitForConfirms();
  await connection.close();
}
