import {
  deadLetterAddress,
  retryAddress,
  type Message,
  type Origin,
  type RawDelivery,
  type Subscription,
} from '@waybill/messaging';
import type { EachBatchPayload, KafkaMessage } from 'kafkajs';
import type { KafkaPublisher } from './kafka-publisher.js';
import { lighter } from './lighter-record.js';
import { toMessage, type KafkaRecord } from './record.js';
import { isTooLarge } from './refusals.js';
import type { Fetched } from './stock.js';
import { homeOf, viaOf } from './topic-roles.js';

/** What a delivery needs of its assignment. */
export interface Holder {
  readonly subscription: Subscription;
  readonly hops: KafkaPublisher;
  /** False once the partitions were assigned anew, or the consumer is closed. */
  isCurrent(): boolean;
  settle(fetched: Fetched): void;
  pause(ms: number): Promise<void>;
}

export type Place = Pick<EachBatchPayload['batch'], 'topic' | 'partition'>;

const pauseBetweenTriesMs = 500;

/** A message that was handed over. What it says is read when somebody asks. */
export class KafkaDelivery implements RawDelivery {
  readonly origin: Origin;
  private read: Message | undefined;
  private isSettled = false;

  constructor(
    private readonly fetched: Fetched,
    private readonly holder: Holder,
  ) {
    const { message, offset, progress } = fetched;
    const { topic, partition } = progress.place;
    this.origin = {
      address: topic,
      partition,
      offset: message.offset,
      redelivered: progress.mayHaveBeenDelivered(offset),
      via: viaOf(topic, holder.subscription),
    };
  }

  get message(): Message {
    return (this.read ??= toMessage(this.fetched.message));
  }

  get current(): boolean {
    return !this.isSettled && this.holder.isCurrent();
  }

  async done(): Promise<void> {
    if (this.isSettled) return;
    this.isSettled = true;
    this.holder.settle(this.fetched);
  }

  retryLater(delayMs: number, headers: Headers): Promise<boolean> {
    const address = retryAddress(this.holder.subscription, this.home, delayMs);
    return stored(copyOf(this.fetched.message, address, headers), this.holder, noRetry);
  }

  deadLetter(headers: Headers): Promise<boolean> {
    const address = deadLetterAddress(this.holder.subscription, this.home);
    return stored(copyOf(this.fetched.message, address, headers), this.holder, lighter);
  }

  private get home(): string {
    return homeOf(this.origin.address, this.message.headers, this.holder.subscription);
  }
}

type Headers = Readonly<Record<string, string>>;

/** Key, bytes and headers as they came, whatever they are, but for `headers`. */
function copyOf({ key, value, headers: came }: KafkaMessage, topic: string, headers: Headers): KafkaRecord {
  const { [dueHeader]: _, ...kept } = came ?? {};
  return { topic, key, value, headers: { ...kept, ...headers } };
}

/**
 * Tried until it is confirmed, or until the partition is somebody else's: then the message comes to them. What the topic
 * finds too large goes as `insteadOf` says.
 */
async function stored(
  record: KafkaRecord,
  holder: Holder,
  insteadOf: (record: KafkaRecord, because: Error) => KafkaRecord | undefined,
): Promise<boolean> {
  while (holder.isCurrent()) {
    const result = await holder.hops.publishRecord(record);
    if (result.status === 'confirmed') return true;
    const smaller = isTooLarge(result.because) && insteadOf(record, result.because);
    if (smaller) record = smaller;
    else await holder.pause(pauseBetweenTriesMs);
  }
  return false;
}

const noRetry = (_: KafkaRecord, because: Error): never => {
  throw because;
};

const dueHeader = 'waybill-due-at';
