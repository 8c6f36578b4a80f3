import type { KafkaOptions } from './kafka.options.js';
import { withAdmin } from './topology.js';

interface Reading {
  readonly group: string;
  readonly topic: string;
}

/** How far a group has read a topic, by partition, as far as it is committed: the next offset, 0 where it has committed none. */
export function committedOffsets(
  { group, topic }: Reading,
  options: KafkaOptions,
): Promise<Map<number, bigint>> {
  return withAdmin(options, async (admin) => {
    const [found] = await admin.fetchOffsets({ groupId: group, topics: [topic] });
    const offsets = found!.partitions.map(({ partition, offset }) => [partition, BigInt(offset)] as const);
    return new Map(offsets.map(([partition, offset]) => [partition, offset < 0n ? 0n : offset]));
  });
}
