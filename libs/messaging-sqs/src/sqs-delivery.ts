import type { Message as SqsMessage } from '@aws-sdk/client-sqs';
import {
  deadLetterAddress,
  noRetry,
  retryAddress,
  withLessTold,
  type InsteadOf,
  type Message,
  type Origin,
  type RawDelivery,
  type Subscription,
} from '@waybill/messaging';
import { nameOfFailed, toMessage } from './headers.js';
import type { Hops } from './hops.js';

/** Where a delivery was read: the subscription's queue, or its inlet. */
export interface ReadFrom {
  readonly queue: string;
  readonly via: 'address' | 'inlet' | 'retry';
}

/** Our claim on a received message: what ends it, and until when it lasts. */
export interface Hold {
  readonly current: boolean;
  /** Resolves when the message is gone for good, or the claim was over before. */
  settle(): Promise<void>;
}

/** Of an earlier hop; the next one says its own or none. */
const dueHeader = 'waybill-due-at';

/** Settled after handling, or after its copy among the dead letters is confirmed. */
export class SqsDelivery implements RawDelivery {
  readonly message: Message;
  readonly origin: Origin;

  constructor(
    private readonly raw: SqsMessage,
    { queue, via }: ReadFrom,
    private readonly hold: Hold,
    private readonly subscription: Subscription,
    private readonly hops: Hops,
  ) {
    this.message = toMessage(raw);
    const { ApproximateReceiveCount, SequenceNumber } = raw.Attributes ?? {};
    this.origin = {
      address: queue,
      redelivered: Number(ApproximateReceiveCount ?? 2) > 1,
      via,
      ...(SequenceNumber && { offset: SequenceNumber }),
    };
  }

  get current(): boolean {
    return this.hold.current;
  }

  done(): Promise<void> {
    return this.hold.settle();
  }

  retryLater(delayMs: number, headers: Readonly<Record<string, string>>): Promise<boolean> {
    return this.copyTo(retryAddress(this.subscription, this.home, delayMs), headers, noRetry);
  }

  deadLetter(headers: Readonly<Record<string, string>>): Promise<boolean> {
    return this.copyTo(deadLetterAddress(this.subscription, this.home), headers, withLessTold);
  }

  private copyTo(
    address: string,
    headers: Readonly<Record<string, string>>,
    insteadOf: InsteadOf,
  ): Promise<boolean> {
    const { [dueHeader]: _, ...kept } = this.message.headers;
    const message = { ...this.message, headers: { ...kept, ...headers } };
    return this.hops.copy({ address, message }, this.nameOfCopy(headers), () => this.current, insteadOf);
  }

  private nameOfCopy(headers: Readonly<Record<string, string>>): string {
    const id = this.message.attributes['id'] ?? this.raw.MessageId ?? '';
    return nameOfFailed(id, { 'waybill-attempts': this.raw.MessageId ?? '', ...headers });
  }

  /** A queue has its dead letters and retries beside it, wherever this message was read. */
  private get home(): string {
    return this.subscription.addresses[0] ?? this.subscription.name;
  }
}
