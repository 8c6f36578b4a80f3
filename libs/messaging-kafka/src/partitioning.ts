import type { ICustomPartitioner, PartitionerArgs } from 'kafkajs';
import { partitionOfKey } from './partition-of-key.js';
import type { KafkaRecord } from './record.js';

/**
 * Where each record goes. kafkajs asks again on every retry of a send, and a record without a key must then get the
 * same answer, or it is written twice; so the choice is kept in its message. It is also how the caller learns which
 * answer is whose.
 */
export class Partitioning {
  /** How many each topic has. */
  private readonly known = new Map<string, number>();
  private next = 0;

  readonly create: ICustomPartitioner = () => (args) => this.choose(args);

  /** Which batch a record will be part of; all of a topic are one until its first send has shown its partitions. */
  batchOf({ topic, key }: KafkaRecord): string {
    const partitions = this.known.get(topic);
    return partitions && key ? `${topic} ${partitionOfKey(key, partitions)}` : topic;
  }

  private choose({ topic, partitionMetadata, message }: PartitionerArgs): number {
    const { length: partitions } = partitionMetadata;
    this.known.set(topic, partitions);
    message.partition = message.key
      ? partitionOfKey(message.key as Buffer, partitions)
      : (message.partition ?? this.next++ % partitions);
    return message.partition;
  }
}
