export type {
  Broker,
  BrokerHealth,
  Capabilities,
  Consumer,
  Failure,
  Origin,
  OutgoingMessage,
  Publisher,
  PublishResult,
  RawDelivery,
} from './broker.js';
export { steadyClock, systemClock, type Clock } from './clock.js';
export {
  keptAsMessage,
  readControl,
  writeControl,
  controlType,
  type ControlMessage,
  type KeptMessage,
} from './control-message.js';
export { findDelivery, type DeliverySources, type DeliveryState } from './deliveries/find-delivery.js';
export { recordingNotices } from './deliveries/record-notices.js';
export type { Announce, DeliveryNotice } from './delivery-notice.js';
export {
  failureHeaderNames,
  failureHeaders,
  firstAttemptHeader,
  noRetry,
  withLessTold,
  type InsteadOf,
  withoutFailureHeaders,
} from './failure-headers.js';
export { anyMessage, type Contract, type PayloadOf } from './contract.js';
export { MemoryBroker } from './memory/memory-broker.js';
export { MemoryServer } from './memory/memory-server.js';
export {
  callsOutside,
  type AnyHandler,
  type CallsOutside,
  type Delivery,
  type MessageHandler,
} from './handler.js';
export { leases } from './idempotency-store.js';
export type { IdempotencyStore, InboxClaim, InboxVerdict, LeasingStore } from './idempotency-store.js';
export { isIndexable, keepable } from './keepable.js';
export { lockNames } from './lock-names.js';
export {
  readEnvelope,
  UndecodableError,
  UnencodableError,
  writeEnvelope,
  type Envelope,
  type Message,
} from './message.js';
export type { MessagingEvent, MessagingEvents } from './messaging-events.js';
export {
  classifyFailure,
  FatalError,
  IncompleteError,
  InfrastructureError,
  isTooLarge,
  MessagingError,
  RetryableError,
  type FailureKind,
} from './messaging.errors.js';
export { deadLetter, done, ignore, isOutcome, retryLater, type Outcome } from './outcome.js';
export { PausableRunner, type PausableOptions } from './pausing/pausable-runner.js';
export { perTransaction } from './per-transaction.js';
export {
  deleteDeliveryStateOlderThan,
  deleteOlderThan,
  RetentionTooShortError,
  shortestRetentionDays,
} from './retention.js';
export {
  TransactionHooks,
  type SqlDatabase,
  type SqlTransaction,
  type SqlTransactionOptions,
} from './sql-transaction.js';
export { deliveryStateSql, subscriptionStateSql } from './delivery-state-sql.js';
export {
  deadLetterAddress,
  deadLetterAddresses,
  inletAddress,
  inletAddresses,
  retryAddress,
  retryAddresses,
} from './subscription-addresses.js';
export { messagingAttributes, messagingSystem } from './messaging-attributes.js';
export { contextFrom, inTraceFrom, spanContextFrom, traceHeaders } from './trace-context.js';
export {
  errorTypeOf,
  inSpan,
  kept,
  serverAttributes,
  TracedSpan,
  type SpanDescription,
} from './traced-span.js';
export type { RunnerOptions } from './runner.options.js';
export { SubscriptionRunner, type RunnerStatus } from './subscription-runner.js';
export { defineSubscription, problemsOf, retrySpanMs, type Subscription } from './subscription.js';
export type {
  KafkaTopic,
  RabbitmqArguments,
  RabbitmqExchange,
  RabbitmqQueue,
  SqsQueue,
  Topology,
} from './topology.js';
export type { Backlog } from './watch/backlog-watch.js';
export { ProgressWatch, type Patience } from './watch/progress-watch.js';
