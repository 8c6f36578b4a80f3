import type { Broker, Cluster, PartitionAssigner } from 'kafkajs';
import kafkajs from 'kafkajs';

/** In kafkajs 2.2.4, but not in its types. */
type Leavable = Broker & { leaveGroup(member: { groupId: string; memberId: string }): Promise<unknown> };

/**
 * A consumer that crashes together with its coordinator cannot leave its group, and the group would wait for it for all
 * of the session timeout while nothing is read. Its successor therefore leaves in its place, before it joins itself.
 * The partition assigner is where kafkajs hands out the cluster that this needs.
 */
export class DepartedMember {
  private cluster: Cluster | undefined;

  readonly assigner: PartitionAssigner = (config) => {
    this.cluster = config.cluster;
    return kafkajs.PartitionAssigners.roundRobin(config);
  };

  /** Rejects while the coordinator cannot be reached; a member that has left already is none of our business. */
  async leave(groupId: string, memberId: string): Promise<void> {
    const coordinator = (await this.cluster!.findGroupCoordinator({ groupId })) as Leavable;
    await coordinator.leaveGroup({ groupId, memberId }).catch((error: { type?: string }) => {
      if (error.type !== 'UNKNOWN_MEMBER_ID') throw error;
    });
  }
}
