import {
  inletAddresses,
  retryAddresses,
  type BrokerHealth,
  type Consumer,
  type RawDelivery,
  type Subscription,
} from '@waybill/messaging';
import type { Hops } from './hops.js';
import { asReceived, queueOf, type SqsRecord } from './lambda-event.js';
import { SqsDelivery, type Hold, type ReadFrom } from './sqs-delivery.js';

type Take = (deliveries: readonly RawDelivery[]) => void;

/** A message of an invocation. `held` → `settled`, or → `left` when the invocation's time or the consumer ends. */
class Invoked implements Hold {
  private state: 'held' | 'settled' | 'left' = 'held';
  private readonly ended = Promise.withResolvers<void>();

  get current(): boolean {
    return this.state === 'held';
  }

  get settled(): boolean {
    return this.state === 'settled';
  }

  get end(): Promise<void> {
    return this.ended.promise;
  }

  async settle(): Promise<void> {
    this.become('settled');
  }

  leave(): void {
    this.become('left');
  }

  private become(state: 'settled' | 'left'): void {
    if (this.state !== 'held') return;
    this.state = state;
    this.ended.resolve();
  }
}

/**
 * Takes what AWS brings instead of asking for it. All messages of an invocation stop being ours in one moment, so that a
 * message which could not be settled leaves its followers unhandled too: nothing of a group overtakes.
 */
export class LambdaConsumer implements Consumer {
  private readonly ways: ReadonlyMap<string, ReadFrom['via']>;
  private readonly opened = Promise.withResolvers<void>();
  private readonly held = new Set<Invoked>();
  private state: 'idle' | 'open' | 'stopped' = 'idle';

  constructor(
    private readonly subscription: Subscription,
    private readonly take: Take,
    private readonly hops: Hops,
    private readonly onClose: () => void,
  ) {
    this.ways = new Map([
      ...inletAddresses(subscription).map((queue) => [queue, 'inlet'] as const),
      ...retryAddresses(subscription).map((queue) => [queue, 'retry'] as const),
      ...subscription.addresses.map((queue) => [queue, 'address'] as const),
    ]);
  }

  reads(queue: string): boolean {
    return this.ways.has(queue);
  }

  /** Resolves when it has been started. */
  get open(): Promise<void> {
    return this.opened.promise;
  }

  async start(): Promise<void> {
    if (this.state === 'idle') this.state = 'open';
    this.opened.resolve();
  }

  async stopTaking(): Promise<void> {
    this.state = 'stopped';
  }

  async close(): Promise<void> {
    this.state = 'stopped';
    for (const message of this.held) message.leave();
    this.onClose();
  }

  /** It asks nothing, so it knows nothing. */
  health(): BrokerHealth {
    return { state: 'connecting' };
  }

  /** What waits at SQS waits for AWS to bring it. */
  async waiting(): Promise<undefined> {
    return undefined;
  }

  /** Hands the records over, in their order. Resolves with those that were not settled when `timeUp` aborts, or before. */
  async run(records: readonly SqsRecord[], timeUp: AbortSignal): Promise<readonly SqsRecord[]> {
    if (this.state !== 'open') return records;
    const held = records.map(() => new Invoked());
    const leave = () => held.forEach((message) => message.leave());
    timeUp.addEventListener('abort', leave, { once: true });
    if (timeUp.aborted) return records;
    for (const message of held) this.held.add(message);
    this.take(records.map((record, n) => this.deliveryOf(record, held[n]!)));
    await Promise.all(held.map(({ end }) => end));
    for (const message of held) this.held.delete(message);
    return records.filter((_, n) => !held[n]!.settled);
  }

  private deliveryOf(record: SqsRecord, hold: Hold): RawDelivery {
    const queue = queueOf(record);
    const from: ReadFrom = { queue, via: this.ways.get(queue)! };
    return new SqsDelivery(asReceived(record), from, hold, this.subscription, this.hops);
  }
}
