import kafkajs, {
  type ICustomPartitioner,
  type Message,
  type PartitionerArgs,
  type PartitionMetadata,
} from 'kafkajs';
import type { KafkaRecord } from './record.js';

/**
 * Where each record goes. kafkajs asks again on every retry of a send, and a record without a key must then get the
 * same answer, or it is written twice; so the choice is kept per record. It is also how the caller learns which
 * answer is whose.
 */
export class Partitioning {
  private readonly chosen = new WeakMap<Message, number>();
  private readonly known = new Map<string, readonly PartitionMetadata[]>();
  private readonly byKey = kafkajs.Partitioners.DefaultPartitioner();
  private next = 0;

  readonly create: ICustomPartitioner = () => (args) => this.choose(args);

  /** The partition a record was last sent to. */
  of(record: Message): number | undefined {
    return this.chosen.get(record);
  }

  /** Which batch a record will be part of; all of a topic are one until its first send has shown its partitions. */
  batchOf({ topic, key, value }: KafkaRecord): string {
    const partitions = this.known.get(topic);
    if (!partitions || !key) return topic;
    const args = { topic, partitionMetadata: [...partitions], message: { key, value } };
    return `${topic} ${this.byKey(args)}`;
  }

  private choose({ topic, partitionMetadata, message }: PartitionerArgs): number {
    this.known.set(topic, partitionMetadata);
    const partition = message.key
      ? this.byKey({ topic, partitionMetadata, message })
      : (this.chosen.get(message) ?? this.next++ % partitionMetadata.length);
    this.chosen.set(message, partition);
    return partition;
  }
}
