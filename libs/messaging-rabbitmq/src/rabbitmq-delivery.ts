import {
  deadLetterAddress,
  retryAddress,
  type Message,
  type Origin,
  type RawDelivery,
  type Subscription,
} from '@waybill/messaging';
import type { ConsumeMessage } from 'amqplib';
import { toMessage } from './headers.js';
import type { Hops } from './hops.js';

/** What a delivery needs of the channel that brought it; only there does its tag mean anything. */
export interface DeliveringChannel {
  /** Aborts when the channel is gone: the broker has then put the message back. */
  readonly signal: AbortSignal;
  /** Once per tag; nothing on a channel that is gone. */
  acknowledge(raw: ConsumeMessage): void;
}

/** Where a delivery was read: the subscription's queue, or its inlet. */
export interface ReadFrom {
  readonly queue: string;
  readonly via: 'address' | 'inlet';
}

/** Settled by an acknowledgement after handling, or after its copy in another queue is confirmed. */
export class RabbitmqDelivery implements RawDelivery {
  readonly message: Message;
  readonly origin: Origin;
  private isSettled = false;

  constructor(
    private readonly raw: ConsumeMessage,
    { queue, via }: ReadFrom,
    private readonly subscription: Subscription,
    private readonly channel: DeliveringChannel,
    private readonly hops: Hops,
  ) {
    this.message = toMessage(raw.properties, raw.content);
    const returned = via === 'address' && this.message.headers['waybill-due-at'] !== undefined;
    const { redelivered } = raw.fields;
    this.origin = { address: queue, redelivered, via: returned ? 'retry' : via };
  }

  get current(): boolean {
    return !this.isSettled && !this.channel.signal.aborted;
  }

  /** AMQP answers no acknowledgement: when it is lost, the connection is too, and the message comes again. */
  async done(): Promise<void> {
    this.isSettled = true;
    this.channel.acknowledge(this.raw);
  }

  retryLater(delayMs: number, headers: Readonly<Record<string, string>>): Promise<boolean> {
    return this.hops.copy(
      this.raw,
      retryAddress(this.subscription, this.home, delayMs),
      headers,
      this.channel.signal,
    );
  }

  deadLetter(headers: Readonly<Record<string, string>>): Promise<boolean> {
    return this.hops.copy(
      this.raw,
      deadLetterAddress(this.subscription, this.home),
      headers,
      this.channel.signal,
    );
  }

  /** A queue has its dead letters and retries beside it, wherever this message was read. */
  private get home(): string {
    return this.subscription.addresses[0] ?? this.subscription.name;
  }
}
