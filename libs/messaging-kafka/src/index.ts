export { committedOffsets } from './committed-offsets.js';
export { kafkaBroker, type KafkaBroker } from './kafka-broker.js';
export type { FlushingPublisher } from './kafka-publisher.js';
export {
  GroupInUseError,
  KafkaClosedError,
  KafkaOptionsError,
  KafkaRefusedError,
  KafkaTooLargeError,
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
export type { Processing, ReadMessage, Stretch } from './processing.js';
export { readHistory, type History } from './read-history.js';
export type { LaneStatus } from './lane-status.js';
export { TransactionalLane } from './transactional-lane.js';
export { UnconfirmedPublisher } from './unconfirmed-publisher.js';
export { applyKafkaTopology, checkKafkaTopology } from './topology.js';
