export { queueDepth, type QueueDepth, type QueueDepthReader } from './queue-depth.js';
export { rabbitmqBroker } from './rabbitmq-broker.js';
export type { RabbitmqOptions } from './rabbitmq.options.js';
export {
  ConfirmTimeoutError,
  ConnectionLostError,
  NackedError,
  NoWaitQueueError,
  RabbitmqError,
  TooLargeError,
  TopologyError,
  UnroutableError,
  UnsendableError,
} from './rabbitmq.errors.js';
export { serverVersion } from './server-version.js';
export { applyRabbitmqTopology, checkRabbitmqTopology } from './topology.js';
