import type { Subscription } from '@waybill/messaging';
import kafkajs, { type Admin, type Broker, type Cluster, type PartitionAssigner } from 'kafkajs';
import { committedOn } from './committed-offsets.js';
import { connectableClient } from './kafka-client.js';
import { GroupInUseError, KafkaRefusedError } from './kafka.errors.js';
import { normaliseKafkaOptions, type KafkaOptions } from './kafka.options.js';
import { withAdmin } from './topology.js';

type Group = Pick<Subscription, 'name' | 'addresses'>;

/** Where to: the first message of that time or later (milliseconds) on every partition, or some partitions' offsets. */
export type RewindTarget =
  | { readonly timeMs: number }
  | {
      readonly places: readonly {
        readonly topic: string;
        readonly partition: number;
        readonly offset: bigint;
      }[];
    };

/** What a rewind does to one partition. */
export interface PartitionRewind {
  readonly topic: string;
  readonly partition: number;
  /** Committed now. */
  readonly from: bigint;
  /** Never above `from`, and never below what the broker still has. */
  readonly to: bigint;
  /** The first message that is not older than `knownSinceMs`. */
  readonly knownFrom: bigint;
}

/**
 * What a rewind of the group would do to each partition that it moves. A rewind only goes back: partitions that are there
 * already, or that the group never committed, are not in it. Rejects with a `KafkaRefusedError` when the group reads no
 * such partition.
 */
export function planRewind(
  group: Group,
  target: RewindTarget,
  knownSinceMs: number,
  options: KafkaOptions,
): Promise<PartitionRewind[]> {
  return withAdmin(options, async (admin) => {
    const topics = group.addresses.map((topic) =>
      partitionsOf(topic, group.name, target, knownSinceMs, admin),
    );
    const all = (await Promise.all(topics)).flat();
    refuseUnread(group, target, all);
    return all.filter(({ from, to }) => to < from);
  });
}

/**
 * Commits the offsets of a plan in the group's name, all in one request. The coordinator takes that from nobody while the
 * group has members, and a member that joins later begins from there: rejects with a `GroupInUseError`, and has then
 * changed nothing.
 */
export async function carryOutRewind(
  { name }: Group,
  plan: readonly PartitionRewind[],
  given: KafkaOptions,
): Promise<void> {
  const client = connectableClient(normaliseKafkaOptions(given), `rewind.${name}`);
  const reach = new ClusterReach();
  const consumer = client.kafka.consumer({ groupId: name, partitionAssigners: [reach.assigner] });
  try {
    await consumer.connect();
    await reach.commit(name, plan);
  } finally {
    // The offsets are committed, or the error is on its way; `giveUp` ends the sockets in any case.
    await consumer.disconnect().catch(() => undefined);
    client.giveUp();
  }
}

/** Members that the coordinator knows; one that was killed is among them until its session times out. */
export function membersOf({ name }: Pick<Group, 'name'>, options: KafkaOptions): Promise<number> {
  return withAdmin(options, async (admin) => {
    const { groups } = await admin.describeGroups([name]);
    return groups[0]?.members.length ?? 0;
  });
}

/** Messages after the group's committed offsets, over all partitions. */
export function lagOf({ name, addresses }: Group, options: KafkaOptions): Promise<number> {
  return withAdmin(options, async (admin) => {
    const lags = addresses.map(async (topic) => {
      const [ends, committed] = await Promise.all([
        admin.fetchTopicOffsets(topic),
        committedOn({ group: name, topic }, admin),
      ]);
      return ends.map(({ partition, high, low }) => BigInt(high) - (committed.get(partition) ?? BigInt(low)));
    });
    return Number((await Promise.all(lags)).flat().reduce((sum, lag) => sum + lag, 0n));
  });
}

async function partitionsOf(
  topic: string,
  groupId: string,
  target: RewindTarget,
  knownSinceMs: number,
  admin: Admin,
): Promise<PartitionRewind[]> {
  const [ends, committed, known, wanted] = await Promise.all([
    admin.fetchTopicOffsets(topic),
    committedOn({ group: groupId, topic }, admin),
    firstSince(topic, knownSinceMs, admin),
    'timeMs' in target ? firstSince(topic, target.timeMs, admin) : undefined,
  ]);
  const inOrder = ends.toSorted((a, b) => a.partition - b.partition);
  return inOrder.map(({ partition, low, high }) => {
    const from = committed.get(partition) ?? BigInt(low);
    const asked = wanted ? wanted.get(partition) : placeIn(target, topic, partition);
    const to = asked === undefined ? from : asked < BigInt(low) ? BigInt(low) : asked;
    return { topic, partition, from, to, knownFrom: known.get(partition) ?? BigInt(high) };
  });
}

function placeIn(target: RewindTarget, topic: string, partition: number): bigint | undefined {
  const places = 'places' in target ? target.places : [];
  return places.find((place) => place.topic === topic && place.partition === partition)?.offset;
}

function refuseUnread({ name }: Group, target: RewindTarget, all: readonly PartitionRewind[]): void {
  const places = 'places' in target ? target.places : [];
  for (const { topic, partition } of places)
    if (!all.some((each) => each.topic === topic && each.partition === partition))
      throw new KafkaRefusedError(`${name} reads no partition ${partition} of ${topic}`);
}

/** By partition, the offset of its first message of that time or later; its end where there is none. */
async function firstSince(topic: string, timeMs: number, admin: Admin): Promise<Map<number, bigint>> {
  const offsets = await admin.fetchTopicOffsetsByTimestamp(topic, timeMs);
  return new Map(offsets.map(({ partition, offset }) => [partition, BigInt(offset)]));
}

/** In kafkajs 2.2.4, but not in its types. */
type Committing = Broker & {
  offsetCommit(request: {
    groupId: string;
    groupGenerationId: number;
    memberId: string;
    topics: { topic: string; partitions: { partition: number; offset: string }[] }[];
  }): Promise<unknown>;
};

/**
 * kafkajs' own `setOffsets` joins the group to commit, and a member that joins beside it takes partitions away unseen.
 * This commits as no member at all, which the coordinator itself refuses when there is any. The partition assigner is
 * where kafkajs hands out the cluster that it needs.
 */
class ClusterReach {
  private cluster: Cluster | undefined;

  readonly assigner: PartitionAssigner = (config) => {
    this.cluster = config.cluster;
    return kafkajs.PartitionAssigners.roundRobin(config);
  };

  async commit(groupId: string, plan: readonly PartitionRewind[]): Promise<void> {
    const coordinator = (await this.cluster!.findGroupCoordinator({ groupId })) as Committing;
    const topics = [...Map.groupBy(plan, ({ topic }) => topic)].map(([topic, partitions]) => ({
      topic,
      partitions: partitions.map(({ partition, to }) => ({ partition, offset: String(to) })),
    }));
    try {
      await coordinator.offsetCommit({ groupId, groupGenerationId: -1, memberId: '', topics });
    } catch (error) {
      if ((error as { type?: string }).type !== 'UNKNOWN_MEMBER_ID') throw error;
      throw new GroupInUseError(groupId, error as Error);
    }
  }
}
