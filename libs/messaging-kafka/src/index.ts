export { kafkaBroker } from './kafka-broker.js';
export { kafkaConnectionFrom } from './kafka-environment.js';
export {
  KafkaClosedError,
  KafkaOptionsError,
  KafkaRefusedError,
  KafkaTopologyError,
  KafkaUnconfirmedError,
} from './kafka.errors.js';
export type { KafkaOptions } from './kafka.options.js';
export { applyKafkaTopology, checkKafkaTopology } from './topology.js';
