import { auditMetrics } from './audit-metrics.js';
import { connectionMetrics } from './connection-metrics.js';
import { messageCounts, messageTimes } from './message-metrics.js';
import type { Metric } from './metric.js';
import { orderMetrics } from './order-metrics.js';
import { outboxMetrics } from './outbox-metrics.js';
import { paymentMetrics } from './payment-metrics.js';
import { processMetrics } from './process-metrics.js';
import { databaseMetrics, requestMetrics } from './request-metrics.js';
import { sdkMetrics } from './sdk-metrics.js';
import { subscriptionMetrics } from './subscription-metrics.js';

export type { Metric, ServiceName } from './metric.js';
export { everyLine, messagingLines, type MessagingLine } from './messaging-lines.js';
export { attributeGroups, onAnySpan, type AttributeGroup, type SpanPattern } from './span.js';
export { spans } from './spans.js';

/** Every metric that exists, in the order of the reference page; instruments are made from these and from nothing else. */
export const metrics: readonly Metric[] = [
  messageCounts,
  messageTimes,
  subscriptionMetrics,
  connectionMetrics,
  outboxMetrics,
  orderMetrics,
  paymentMetrics,
  auditMetrics,
  requestMetrics,
  databaseMetrics,
  processMetrics,
  sdkMetrics,
].flatMap((group): Metric[] => Object.values(group));
