import type { Failure, Message, Origin, RawDelivery, Subscription } from '@waybill/messaging';
import type { ConsumeMessage } from 'amqplib';
import { toMessage } from './headers.js';
import type { Hops } from './hops.js';
import { NoWaitQueueError } from './rabbitmq.errors.js';

/** What a delivery needs of the channel that brought it; only there does its tag mean anything. */
export interface DeliveringChannel {
  /** Aborts when the channel is gone: the broker has then put the message back. */
  readonly signal: AbortSignal;
  /** Once per tag; nothing on a channel that is gone. */
  acknowledge(raw: ConsumeMessage): void;
}

/** Settled by an acknowledgement after handling, or after its copy in the wait or dead-letter queue is confirmed. */
export class RabbitmqDelivery implements RawDelivery {
  readonly message: Message;
  readonly origin: Origin;

  constructor(
    private readonly raw: ConsumeMessage,
    private readonly queue: string,
    private readonly subscription: Subscription,
    private readonly channel: DeliveringChannel,
    private readonly hops: Hops,
  ) {
    this.message = toMessage(raw.properties, raw.content);
    this.origin = { address: queue, redelivered: raw.fields.redelivered };
  }

  get current(): boolean {
    return !this.channel.signal.aborted;
  }

  /** AMQP answers no acknowledgement: when it is lost, the connection is too, and the message comes again. */
  async done(): Promise<void> {
    this.channel.acknowledge(this.raw);
  }

  /** Always after `retryDelayMs`, the delay of the one wait queue; `afterMs` up to that is rounded up. */
  async retryLater(_afterMs: number): Promise<void> {
    if (this.subscription.retryDelayMs === undefined) throw new NoWaitQueueError(this.subscription.name);
    const stored = await this.hops.toWait(this.raw, this.queue, this.channel.signal);
    if (stored) this.channel.acknowledge(this.raw);
  }

  async deadLetter(failure: Failure): Promise<void> {
    const about = { failure, origin: this.origin, subscription: this.subscription.name };
    const stored = await this.hops.toDeadLetters(this.raw, this.queue, about, this.channel.signal);
    if (stored) this.channel.acknowledge(this.raw);
  }
}
