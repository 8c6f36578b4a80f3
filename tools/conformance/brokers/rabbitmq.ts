import {
  deadLetterAddresses,
  defineSubscription,
  inletAddresses,
  retryAddress,
  retryAddresses,
  type Subscription,
} from '@waybill/messaging';
import type { BrokerUnderTest, Connection, Faults, Prepared, Wanted } from '@waybill/messaging-conformance';
import { rabbitmqBroker } from '@waybill/messaging-rabbitmq';
import { TcpProxy } from '@waybill/test-kit';
import { connect, type Channel } from 'amqplib';
import { randomUUID } from 'node:crypto';

type Arguments = Readonly<Record<string, string | number | boolean>>;

/** Priorities need a classic queue below 4.0; a single active consumer keeps the order of keys. */
const unordered: Arguments = { 'x-queue-type': 'classic', 'x-max-priority': 10 };
const ordered: Arguments = { 'x-queue-type': 'quorum', 'x-single-active-consumer': true };
const kept: Arguments = { 'x-queue-type': 'quorum', 'x-delivery-limit': 2 ** 31 - 1 };

/** RabbitMQ at this address, with queues of its own. */
export function rabbitmqUnderTest(url: string, faults?: Faults): BrokerUnderTest {
  const queues: string[] = [];
  const exchanges: string[] = [];
  return {
    name: 'rabbitmq',
    capabilities: rabbitmqBroker({ url }).capabilities,
    connect: () => connectionTo(url),
    prepare: async (wanted) => {
      const { exchange, ...prepared } = declared(wanted);
      const needed = prepared.subscriptions.flatMap(queuesOf);
      queues.push(...needed.map(([queue]) => queue));
      if (exchange) exchanges.push(exchange);
      await administer(url, async (channel) => {
        for (const [queue, queueArguments] of needed)
          await channel.assertQueue(queue, { durable: true, arguments: queueArguments });
        if (!exchange) return;
        await channel.assertExchange(exchange, 'topic');
        for (const { name } of prepared.subscriptions) await channel.bindQueue(name, exchange, '#');
      });
      return prepared;
    },
    absent: () => `absent-${randomUUID()}`,
    remove: (queue) => administer(url, (channel) => channel.deleteQueue(queue)),
    badOptions: [
      { option: 'url', open: () => rabbitmqBroker({ url: 'http://127.0.0.1' }) },
      { option: 'publishTimeoutMs', open: () => rabbitmqBroker({ url, publishTimeoutMs: 0 }) },
    ],
    ...(faults && { faults }),
    close: () =>
      administer(url, async (channel) => {
        for (const queue of queues) await channel.deleteQueue(queue);
        for (const exchange of exchanges) await channel.deleteExchange(exchange);
      }),
  };
}

/** One subscription is published to by its queue's name, several by an exchange that all are bound to. */
function declared(wanted: readonly Wanted[]): Prepared & { readonly exchange?: string } {
  const subscriptions = wanted.map((each) => {
    const queue = `conformance-${randomUUID()}`;
    return defineSubscription({
      name: queue,
      broker: 'rabbitmq',
      addresses: [queue],
      order: 'none',
      lane: 'keyed',
      singleActiveConsumer: each.order === 'key',
      ...each,
    });
  });
  if (subscriptions.length === 1) return { address: subscriptions[0]!.name, subscriptions };
  const exchange = `conformance-${randomUUID()}`;
  return { address: `${exchange}/all`, subscriptions, exchange };
}

function queuesOf(subscription: Subscription): [queue: string, queueArguments: Arguments][] {
  const [home = ''] = subscription.addresses;
  const besides = [...deadLetterAddresses(subscription), ...inletAddresses(subscription)];
  const delays = retryAddresses(subscription).length > 0 ? subscription.delaysMs : [];
  return [
    [home, subscription.order === 'key' ? ordered : unordered],
    ...besides.map((queue): [string, Arguments] => [queue, kept]),
    ...delays.map((delayMs): [string, Arguments] => [
      retryAddress(subscription, home, delayMs),
      {
        ...kept,
        'x-message-ttl': delayMs,
        'x-dead-letter-exchange': '',
        'x-dead-letter-routing-key': home,
        'x-dead-letter-strategy': 'at-least-once',
        'x-overflow': 'reject-publish',
      },
    ]),
  ];
}

async function connectionTo(url: string): Promise<Connection> {
  const proxy = await TcpProxy.to(new URL(url));
  const broker = rabbitmqBroker({ url: proxy.url });
  return {
    broker,
    cut: () => proxy.refuse(),
    restore: () => proxy.pass(),
    close: async () => {
      await broker.close();
      await proxy.close();
    },
  };
}

/** One connection for each piece of work, so that no restart of the broker spoils the next. */
async function administer(url: string, work: (channel: Channel) => Promise<unknown>): Promise<void> {
  const model = await connect(url);
  try {
    await work(await model.createChannel());
  } finally {
    await model.close();
  }
}
