import type { TopicOffsets } from 'kafkajs';
import type { Place } from './kafka-delivery.js';
import { PartitionProgress } from './partition-progress.js';

/** By topic, the partitions that are ours. */
export type Partitions = Readonly<Record<string, readonly number[]>>;

interface TopicPartitions {
  readonly topic: string;
  readonly partitions: number[];
}

/** The partitions of one assignment, each with its progress. */
export class AssignedPartitions {
  private readonly progress = new Map<string, PartitionProgress>();

  constructor(
    private readonly partitions: Partitions,
    span: number,
  ) {
    for (const { topic, partitions: own } of this.all())
      for (const partition of own)
        this.progress.set(placeOf(topic, partition), new PartitionProgress({ topic, partition }, span));
  }

  /** Nothing for a partition that is not ours. */
  at({ topic, partition }: Place): PartitionProgress | undefined {
    return this.progress.get(placeOf(topic, partition));
  }

  places(): Place[] {
    return this.all().flatMap(({ topic, partitions }) =>
      partitions.map((partition) => ({ topic, partition })),
    );
  }

  all(): TopicPartitions[] {
    return this.where(() => true);
  }

  where(holds: (place: Place) => boolean): TopicPartitions[] {
    return Object.entries(this.partitions).map(([topic, own]) => ({
      topic,
      partitions: own.filter((partition) => holds({ topic, partition })),
    }));
  }

  /** The watermarks that moved since they were last committed. */
  moved(): TopicOffsets[] {
    return this.all()
      .map(({ topic, partitions }) => ({
        topic,
        partitions: partitions.flatMap((partition) => {
          const offset = this.at({ topic, partition })!.toCommit();
          return offset === undefined ? [] : [{ partition, offset: String(offset) }];
        }),
      }))
      .filter(({ partitions }) => partitions.length > 0);
  }

  wereCommitted(offsets: readonly TopicOffsets[]): void {
    for (const { topic, partitions } of offsets)
      for (const { partition, offset } of partitions)
        this.at({ topic, partition })!.wasCommitted(BigInt(offset));
  }
}

const placeOf = (topic: string, partition: number): string => `${topic} ${partition}`;
