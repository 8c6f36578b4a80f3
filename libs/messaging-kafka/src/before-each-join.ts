import type { PartitionAssigner } from 'kafkajs';

/**
 * kafkajs asks its assigner for the protocol right before it sends a request to join, whatever made it join: a
 * rebalance, a member id that the group has forgotten, a leader that moved. Its events tell of the first alone.
 */
export function beforeEachJoin(create: PartitionAssigner, act: () => void): PartitionAssigner {
  return (config) => {
    const assigner = create(config);
    return {
      ...assigner,
      protocol: (subscription) => {
        act();
        return assigner.protocol(subscription);
      },
    };
  };
}
