import type { Admin } from 'kafkajs';
import type { KafkaOptions } from './kafka.options.js';
import { onceKnown } from './once-known.js';
import { withAdmin } from './topology.js';

interface Reading {
  readonly group: string;
  readonly topic: string;
}

/** How far a group has read a topic, as far as that is committed: the next offset by partition; absent where none was. */
export function committedOffsets(reading: Reading, options: KafkaOptions): Promise<Map<number, bigint>> {
  return withAdmin(options, (admin) => committedOn(reading, admin));
}

export async function committedOn({ group, topic }: Reading, admin: Admin): Promise<Map<number, bigint>> {
  const [found] = await onceKnown(() => admin.fetchOffsets({ groupId: group, topics: [topic] }));
  const offsets = found!.partitions.map(({ partition, offset }) => [partition, BigInt(offset)] as const);
  return new Map(offsets.filter(([, offset]) => offset >= 0n));
}
