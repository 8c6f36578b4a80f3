export { brokerDeath, type BrokerDeath } from './broker-death.js';
export { browseQueue, takeFromQueue, type Browsed } from './queue-contents.js';
export { queueDepth, type QueueDepth, type QueueDepthReader } from './queue-depth.js';
export { rabbitmqBroker } from './rabbitmq-broker.js';
export type { RabbitmqOptions } from './rabbitmq.options.js';
export {
  ConfirmTimeoutError,
  ConnectionLostError,
  NackedError,
  QueueMissingError,
  RabbitmqError,
  RabbitmqOptionsError,
  RemoteError,
  RpcNotSentError,
  RpcTimeoutError,
  TooLargeError,
  TopologyError,
  UnroutableError,
  UnsendableError,
} from './rabbitmq.errors.js';
export { rabbitmqRpcClient, type RpcClientOptions } from './rpc/rpc-client.js';
export { rabbitmqRpcServer } from './rpc/rpc-server.js';
export type { Answer, RpcClient, RpcQuestion, RpcRequest, RpcServer, RpcService } from './rpc/rpc.js';
export { serverVersion } from './server-version.js';
export { applyRabbitmqTopology, checkRabbitmqTopology } from './topology.js';
