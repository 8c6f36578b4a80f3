import {
  deadLetterAddress,
  defineSubscription,
  inletAddress,
  type Broker,
  type MessagingEvent,
  type Subscription,
  type Topology,
} from '@waybill/messaging';
import { GetQueueUrlCommand, ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { randomUUID } from 'node:crypto';
import { sqsBroker } from '../sqs-broker.js';
import type { SqsOptions } from '../sqs.options.js';
import { applySqsTopology } from '../topology.js';

/** As queues are that were made before August 2025: they take no more than we promise. */
const attributes = { MessageRetentionPeriod: '1209600', MaximumMessageSize: '262144' };

/** Fresh queues on one server, and adapters to it; `close` closes the adapters. */
export class TestQueues {
  readonly events: MessagingEvent[] = [];
  private readonly brokers: Broker[] = [];

  constructor(readonly endpoint: string) {
    process.env['AWS_ACCESS_KEY_ID'] ??= 'test';
    process.env['AWS_SECRET_ACCESS_KEY'] ??= 'test';
  }

  adapter(options: SqsOptions = {}): Broker {
    const events = { emit: (event: MessagingEvent) => void this.events.push(event) };
    const broker = sqsBroker({ endpoint: this.endpoint, events, waitSeconds: 1, ...options });
    this.brokers.push(broker);
    return broker;
  }

  /** A queue with its dead letters and its inlet, and the subscription to it. */
  async subscription(changes: Partial<Subscription> = {}): Promise<Subscription> {
    const subscription = subscriptionOf(`test-${randomUUID()}.fifo`, changes);
    await applySqsTopology(topologyOf(subscription), { endpoint: this.endpoint });
    return subscription;
  }

  /** Takes a message, as somebody who dies of it: it comes again when so long has passed. */
  async takeAndForget(queue: string, visibilitySeconds: number): Promise<void> {
    const client = new SQSClient({ endpoint: this.endpoint, region: 'ap-northeast-1' });
    const { QueueUrl } = await client.send(new GetQueueUrlCommand({ QueueName: queue }));
    const taking = { QueueUrl, VisibilityTimeout: visibilitySeconds, WaitTimeSeconds: 10 };
    const { Messages = [] } = await client.send(new ReceiveMessageCommand(taking));
    client.destroy();
    if (Messages.length !== 1) throw new Error(`${queue} gave ${Messages.length} messages`);
  }

  async close(): Promise<void> {
    await Promise.all(this.brokers.map((broker) => broker.close()));
  }
}

export function subscriptionOf(queue: string, changes: Partial<Subscription> = {}): Subscription {
  return defineSubscription({
    name: queue,
    broker: 'sqs',
    addresses: [queue],
    order: 'key',
    lane: 'keyed',
    ...changes,
  });
}

export function topologyOf(subscription: Subscription): Pick<Topology, 'sqs'> {
  const [queue] = subscription.addresses;
  const deadLetters = deadLetterAddress(subscription, queue!);
  return {
    sqs: {
      queues: [
        { name: queue!, attributes, redrive: { to: deadLetters, maxReceiveCount: 1_000 } },
        { name: deadLetters, attributes },
        { name: inletAddress(subscription, queue!), attributes },
      ],
    },
  };
}
