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

export function kafkaDelivery(fetched: Fetched, holder: Holder): RawDelivery {
  const { message: raw, offset, progress } = fetched;
  const { topic, partition } = progress.place;
  const { subscription } = holder;
  const origin: Origin = {
    address: topic,
    partition,
    offset: raw.offset,
    redelivered: progress.mayHaveBeenDelivered(offset),
    via: viaOf(topic, subscription),
  };
  let message: Message | undefined;
  let isSettled = false;
  const read = () => (message ??= toMessage(raw));
  const home = () => homeOf(topic, read().headers, subscription);
  return {
    get message() {
      return read();
    },
    origin,
    get current() {
      return !isSettled && holder.isCurrent();
    },
    done: async () => {
      if (isSettled) return;
      isSettled = true;
      holder.settle(fetched);
    },
    retryLater: (delayMs, headers) =>
      stored(copyOf(raw, retryAddress(subscription, home(), delayMs), headers), holder, noRetry),
    deadLetter: (headers) =>
      stored(copyOf(raw, deadLetterAddress(subscription, home()), headers), holder, lighter),
  };
}

/** Key, bytes and headers as they came, whatever they are, but for `headers`. */
function copyOf(
  { key, value, headers: came }: KafkaMessage,
  topic: string,
  headers: Readonly<Record<string, string>>,
): KafkaRecord {
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
