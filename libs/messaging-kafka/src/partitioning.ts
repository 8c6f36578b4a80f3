import kafkajs, { type ICustomPartitioner, type Message, type PartitionerArgs } from 'kafkajs';

/**
 * Where each record goes. kafkajs asks again on every retry of a send, and a record without a key must then get the
 * same answer, or it is written twice; so the choice is kept per record. It is also how the caller learns which
 * answer is whose.
 */
export class Partitioning {
  private readonly chosen = new WeakMap<Message, number>();
  private readonly byKey = kafkajs.Partitioners.DefaultPartitioner();
  private next = 0;

  readonly create: ICustomPartitioner = () => (args) => this.choose(args);

  /** The partition a record was last sent to. */
  of(record: Message): number | undefined {
    return this.chosen.get(record);
  }

  private choose({ topic, partitionMetadata, message }: PartitionerArgs): number {
    const partition = message.key
      ? this.byKey({ topic, partitionMetadata, message })
      : (this.chosen.get(message) ?? this.next++ % partitionMetadata.length);
    this.chosen.set(message, partition);
    return partition;
  }
}
