export { browseQueue, queueDepth, takeFromQueue, type Browsed, type Lying } from './queue-contents.js';
export { sqsBroker } from './sqs-broker.js';
export {
  BehindUnconfirmedError,
  SqsError,
  SqsOptionsError,
  SqsRefusedError,
  SqsUnavailableError,
  TooLargeError,
  TopologyError,
} from './sqs.errors.js';
export type { SqsOptions } from './sqs.options.js';
export { applySqsTopology, checkSqsTopology } from './topology.js';
