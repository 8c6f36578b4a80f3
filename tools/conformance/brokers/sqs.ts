import { DeleteQueueCommand, GetQueueUrlCommand, SQSClient } from '@aws-sdk/client-sqs';
import {
  deadLetterAddresses,
  defineSubscription,
  inletAddresses,
  retryAddress,
  retryAddresses,
  type SqsQueue,
  type Subscription,
} from '@waybill/messaging';
import type { BrokerUnderTest, Connection, Faults, Wanted } from '@waybill/messaging-conformance';
import { applySqsTopology, sqsBroker } from '@waybill/messaging-sqs';
import { TcpProxy } from '@waybill/test-kit';
import { randomUUID } from 'node:crypto';

/** As queues are that were made before August 2025: they take no more than the adapter promises. */
const kept = { MessageRetentionPeriod: '1209600', MaximumMessageSize: '262144' };
/** So long takes a crash to be noticed. */
const visibilitySeconds = 6;
/** fauxqs answers a request of somebody who has gone; what it takes out for that is lost until its visibility ends. */
const waitSeconds = 1;

/** SQS FIFO at this address, with queues of its own. */
export function sqsUnderTest(endpoint: string, faults?: Faults): BrokerUnderTest {
  const client = new SQSClient({ endpoint, region: 'ap-northeast-1', useQueueUrlAsEndpoint: false });
  const made: string[] = [];
  const remove = async (queue: string) => {
    const { QueueUrl } = await client.send(new GetQueueUrlCommand({ QueueName: queue }));
    await client.send(new DeleteQueueCommand({ QueueUrl }));
  };
  return {
    name: 'sqs',
    capabilities: sqsBroker({ endpoint }).capabilities,
    connect: () => connectionTo(endpoint),
    prepare: async ([wanted = {}]) => {
      const subscription = declared(wanted);
      const queues = queuesOf(subscription);
      await applySqsTopology({ sqs: { queues } }, { endpoint });
      made.push(...queues.map(({ name }) => name));
      return { address: subscription.name, subscriptions: [subscription] };
    },
    absent: () => `absent-${randomUUID()}.fifo`,
    remove,
    badOptions: [
      { option: 'endpoint', open: () => sqsBroker({ endpoint: 'nonsense' }) },
      { option: 'visibilitySeconds', open: () => sqsBroker({ visibilitySeconds: 0 }) },
      { option: 'waitSeconds', open: () => sqsBroker({ waitSeconds: 21 }) },
      { option: 'publishTimeoutMs', open: () => sqsBroker({ publishTimeoutMs: 0 }) },
    ],
    ...(faults && { faults }),
    close: async () => {
      for (const queue of made) await remove(queue).catch(() => undefined); // a behaviour may have removed it
      client.destroy();
    },
  };
}

function declared(wanted: Wanted): Subscription {
  const queue = `c-${randomUUID()}.fifo`;
  return defineSubscription({
    name: queue,
    broker: 'sqs',
    addresses: [queue],
    order: 'none',
    lane: 'keyed',
    ...wanted,
  });
}

function queuesOf(subscription: Subscription): SqsQueue[] {
  const [to] = deadLetterAddresses(subscription);
  const delays = retryAddresses(subscription).length > 0 ? subscription.delaysMs : [];
  return [
    ...[...deadLetterAddresses(subscription), ...inletAddresses(subscription)].map((name) => ({
      name,
      attributes: kept,
    })),
    ...delays.map((delayMs) => ({
      name: retryAddress(subscription, subscription.name, delayMs),
      attributes: { ...kept, DelaySeconds: String(Math.ceil(delayMs / 1_000)) },
    })),
    { name: subscription.name, attributes: kept, ...(to && { redrive: { to, maxReceiveCount: 1_000 } }) },
  ];
}

async function connectionTo(endpoint: string): Promise<Connection> {
  const proxy = await TcpProxy.to(new URL(endpoint));
  const broker = sqsBroker({ endpoint: proxy.url, visibilitySeconds, waitSeconds });
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
