export { browseQueue, queueDepth, takeFromQueue, type Browsed, type Lying } from './queue-contents.js';
export { sqsLambda, type SqsLambda, type SqsLambdaOptions } from './lambda.js';
export type { LambdaContext, SqsBatchResponse, SqsEvent, SqsRecord } from './lambda-event.js';
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
