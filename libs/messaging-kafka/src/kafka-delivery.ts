import type { Failure, Message, RawDelivery } from '@waybill/messaging';
import { failureHeaders } from '@waybill/messaging';
import type { EachBatchPayload, KafkaMessage } from 'kafkajs';
import { KafkaUnsupportedError } from './kafka.errors.js';
import type { KafkaPublisher } from './kafka-publisher.js';
import { toMessage, type KafkaRecord } from './record.js';

/** What a delivery needs of its assignment. */
export interface Holder {
  readonly group: string;
  readonly deadLetters: KafkaPublisher;
  /** False once the partitions were assigned anew, or the consumer is closed. */
  isCurrent(): boolean;
  settle(topic: string, partition: number, offset: bigint): void;
  pause(ms: number): Promise<void>;
}

export type Place = Pick<EachBatchPayload['batch'], 'topic' | 'partition'>;

const retryDeadLetterMs = 500;

export function kafkaDelivery(raw: KafkaMessage, { topic, partition }: Place, holder: Holder): RawDelivery {
  const origin = { address: topic, partition, offset: raw.offset, redelivered: false };
  const settle = () => holder.settle(topic, partition, BigInt(raw.offset));
  let message: Message | undefined;
  return {
    get message() {
      return (message ??= toMessage(raw));
    },
    origin,
    get current() {
      return holder.isCurrent();
    },
    done: async () => settle(),
    retryLater: () =>
      Promise.reject(new KafkaUnsupportedError('Kafka does not delay natively (see capabilities)')),
    deadLetter: async (failure) => {
      const record = deadLetterOf(raw, failure, origin, holder.group);
      if (await stored(record, holder)) settle();
    },
  };
}

/** Key, bytes and headers as they came, whatever they are; an earlier failure's headers are replaced. */
function deadLetterOf(
  raw: KafkaMessage,
  failure: Failure,
  origin: RawDelivery['origin'],
  group: string,
): KafkaRecord {
  const place = {
    'waybill-original-partition': String(origin.partition),
    'waybill-original-offset': origin.offset!,
  };
  return {
    topic: `${origin.address}.${group}.dlq`,
    key: raw.key,
    value: raw.value,
    headers: { ...raw.headers, ...failureHeaders(failure, origin, group), ...place },
  };
}

/** Tried until it is confirmed, or until the partition is somebody else's: then the message comes to them. */
async function stored(record: KafkaRecord, holder: Holder): Promise<boolean> {
  while (holder.isCurrent()) {
    const { status } = await holder.deadLetters.publishRecord(record);
    if (status === 'confirmed') return true;
    await holder.pause(retryDeadLetterMs);
  }
  return false;
}
