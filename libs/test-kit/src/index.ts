export { throwawayDatabase, type ThrowawayDatabase, type ThrowawaySources } from './throwaway-database.js';
export { eventually } from './eventually.js';
export { StrictSqs } from './strict-sqs/strict-sqs.js';
export { SqsFault } from './strict-sqs/sqs-fault.js';
export { EventSource, type PolledEvent } from './event-source.js';
