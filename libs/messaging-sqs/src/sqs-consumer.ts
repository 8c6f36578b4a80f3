import { GetQueueAttributesCommand } from '@aws-sdk/client-sqs';
import {
  inletAddresses,
  retryAddresses,
  type BrokerHealth,
  type Consumer,
  type RawDelivery,
  type Subscription,
} from '@waybill/messaging';
import type { Hops } from './hops.js';
import { QueueReader } from './queue-reader.js';
import { SqsConnection } from './sqs-client.js';
import type { ReadFrom } from './sqs-delivery.js';
import type { NormalSqsOptions } from './sqs.options.js';

type Take = (deliveries: readonly RawDelivery[]) => void;

/** Reads one queue with its retries and its inlet, with at most `prefetch` unsettled; of control messages one, since each may run one. */
export class SqsConsumer implements Consumer {
  private readonly connection: SqsConnection;
  private readonly readers: readonly QueueReader[];
  private readonly queues: readonly string[];

  constructor(options: NormalSqsOptions, subscription: Subscription, take: Take, hops: Hops) {
    this.connection = new SqsConnection(options);
    const from: ReadFrom[] = [
      ...inletAddresses(subscription).map((queue) => ({ queue, via: 'inlet' as const })),
      ...retryAddresses(subscription).map((queue) => ({ queue, via: 'retry' as const })),
      ...subscription.addresses.map((queue) => ({ queue, via: 'address' as const })),
    ];
    // What waits out its delay waits on purpose.
    this.queues = from.filter(({ via }) => via !== 'retry').map(({ queue }) => queue);
    this.readers = from.map((each) => {
      const prefetch = shareOf(each, subscription);
      return new QueueReader({ from: each, subscription, prefetch, take }, this.connection, options, hops);
    });
  }

  async start(): Promise<void> {
    await Promise.all(this.readers.map((reader) => reader.start()));
  }

  async stopTaking(): Promise<void> {
    for (const reader of this.readers) reader.stop();
  }

  async close(): Promise<void> {
    await Promise.all(this.readers.map((reader) => reader.close()));
    this.connection.close();
  }

  /** As far as SQS knows, which says "approximate" of it. */
  async waiting(): Promise<number | undefined> {
    try {
      const depths = await Promise.all(this.queues.map((queue) => this.depthOf(queue)));
      return depths.reduce((sum, depth) => sum + depth, 0);
    } catch {
      return undefined;
    }
  }

  health(): BrokerHealth {
    return this.connection.health();
  }

  private async depthOf(queue: string): Promise<number> {
    const QueueUrl = await this.connection.urlOf(queue);
    const { Attributes } = await this.connection.call(`the depth of ${queue}`, (send, abortSignal) =>
      send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['ApproximateNumberOfMessages'] }), {
        abortSignal,
      }),
    );
    return Number(Attributes?.ApproximateNumberOfMessages ?? 0);
  }
}

/** Each retry queue may have a tenth of the prefetch in hand, and the queue itself the rest. */
function shareOf({ via }: ReadFrom, subscription: Subscription): number {
  const { prefetch } = subscription;
  const ofRetry = Math.max(1, Math.floor(prefetch / 10));
  if (via === 'inlet') return 1;
  if (via === 'retry') return ofRetry;
  return Math.max(1, prefetch - ofRetry * retryAddresses(subscription).length);
}
