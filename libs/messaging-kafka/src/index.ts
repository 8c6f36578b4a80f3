export { kafkaBroker } from './kafka-broker.js';
export {
  GroupInUseError,
  KafkaClosedError,
  KafkaOptionsError,
  KafkaRefusedError,
  KafkaTopologyError,
  KafkaUnconfirmedError,
} from './kafka.errors.js';
export type { KafkaOptions } from './kafka.options.js';
export {
  carryOutRewind,
  lagOf,
  membersOf,
  planRewind,
  type PartitionRewind,
  type RewindTarget,
} from './rewind.js';
export { TransactionalLane, type Processing } from './transactional-lane.js';
export { UnconfirmedPublisher } from './unconfirmed-publisher.js';
export { applyKafkaTopology, checkKafkaTopology } from './topology.js';
