import {
  deadLetterAddresses,
  defineSubscription,
  inletAddresses,
  retryAddresses,
  type Subscription,
} from '@waybill/messaging';
import type { BrokerUnderTest, Connection, Faults, Wanted } from '@waybill/messaging-conformance';
import { kafkaBroker } from '@waybill/messaging-kafka';
import kafkajs, { type Admin } from 'kafkajs';
import { randomUUID } from 'node:crypto';
import { connect, type Socket } from 'node:net';

const partitions = 3;
/** The shortest that brokers allow by default: so long takes a crash to be noticed. */
const sessionTimeoutMs = 6_000;
const commitIntervalMs = 100;

/** Kafka at these addresses, with topics of its own. */
export function kafkaUnderTest(brokers: readonly string[], faults?: Faults): BrokerUnderTest {
  let connecting: Promise<Admin> | undefined;
  const administration = () => (connecting ??= connectAdmin(brokers));
  const made: string[] = [];
  return {
    name: 'kafka',
    capabilities: kafkaBroker({ brokers, clientId: 'conformance' }).capabilities,
    connect: async () => connectionTo(brokers),
    prepare: async (wanted) => {
      const { address, subscriptions } = declared(wanted);
      made.push(...(await createTopics(await administration(), address, subscriptions)));
      return { address, subscriptions };
    },
    absent: () => `absent-${randomUUID()}`,
    remove: async (topic) => (await administration()).deleteTopics({ topics: [topic] }),
    badOptions: [
      { option: 'brokers', open: () => kafkaBroker({ brokers: ['nonsense'], clientId: 'c' }) },
      { option: 'clientId', open: () => kafkaBroker({ brokers, clientId: '' }) },
      {
        option: 'requestTimeoutMs',
        open: () => kafkaBroker({ brokers, clientId: 'c', requestTimeoutMs: 60_000 }),
      },
    ],
    ...(faults && { faults }),
    close: async () => {
      if (!connecting) return;
      const admin = await connecting;
      const existing = new Set(await admin.listTopics());
      await admin.deleteTopics({ topics: made.filter((topic) => existing.has(topic)) });
      await admin.disconnect();
    },
  };
}

async function connectAdmin(brokers: readonly string[]): Promise<Admin> {
  const client = new kafkajs.Kafka({ brokers: [...brokers], logLevel: kafkajs.logLevel.NOTHING });
  const admin = client.admin();
  await admin.connect();
  return admin;
}

function declared(wanted: readonly Wanted[]) {
  const address = `conformance-${randomUUID()}`;
  const subscriptions = wanted.map((each) =>
    defineSubscription({
      name: `group-${randomUUID()}`,
      broker: 'kafka',
      addresses: [address],
      order: 'none',
      lane: 'keyed',
      ...each,
    }),
  );
  return { address, subscriptions };
}

async function createTopics(
  admin: Admin,
  address: string,
  subscriptions: readonly Subscription[],
): Promise<string[]> {
  const besides = [deadLetterAddresses, inletAddresses, retryAddresses].flatMap((of) =>
    subscriptions.flatMap(of),
  );
  const configEntries = [{ name: 'retention.ms', value: '-1' }];
  await admin.createTopics({
    waitForLeaders: false,
    topics: [
      { topic: address, numPartitions: partitions, configEntries },
      ...besides.map((topic) => ({ topic, numPartitions: 1, configEntries })),
    ],
  });
  const topics = [address, ...besides];
  await ledEverywhere(topics, admin);
  return topics;
}

const ledWithinMs = 30_000;

/** A broker hears of a topic a moment after the controller; kafkajs' own wait for leaders ends at the first that has not. */
async function ledEverywhere(topics: string[], admin: Admin): Promise<void> {
  const deadline = Date.now() + ledWithinMs;
  for (;;) {
    const found = await admin.fetchTopicMetadata({ topics }).catch(() => ({ topics: [] }));
    const led = found.topics.filter((topic) => topic.partitions.every(({ leader }) => leader >= 0));
    if (led.length === topics.length) return;
    if (Date.now() > deadline) throw new Error(`no leaders within ${ledWithinMs} ms: ${topics.join()}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** Its sockets can be broken, and refused from then on: what the brokers see when a process dies. */
function connectionTo(brokers: readonly string[]): Connection {
  const sockets = new Set<Socket>();
  let isCut = false;
  const broker = kafkaBroker({
    brokers,
    clientId: 'conformance',
    sessionTimeoutMs,
    commitIntervalMs,
    socketFactory: ({ host, port, onConnect }) => {
      const socket = connect({ host, port: isCut ? closedPort : port }, onConnect);
      sockets.add(socket);
      socket.once('close', () => sockets.delete(socket));
      return socket;
    },
  });
  return {
    broker,
    cut: () => {
      isCut = true;
      for (const socket of sockets) socket.destroy(reset());
    },
    restore: () => void (isCut = false),
    close: () => broker.close(),
  };
}

const reset = (): Error => Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' });

/** tcpmux: nobody listens there. */
const closedPort = 1;
