export {
  counterOf,
  histogramOf,
  show,
  showTogether,
  type AttributesOf,
  type Reading,
} from './instruments.js';
export { LastLook } from './last-look.js';
export { tellLostSpansTo } from './lost-spans.js';
export { messagingLog, type LineWriter } from './messaging-log.js';
export { messagingMetrics } from './messaging-metrics.js';
export { messagingSpans } from './messaging-spans.js';
export { messagingTelemetry } from './messaging-telemetry.js';
export { metricsContentType, metricsPage } from './metrics-page.js';
export { showSubscriptions } from './subscription-metrics.js';
export { databaseMetrics, requestMetrics } from './registry/request-metrics.js';
export { auditMetrics } from './registry/audit-metrics.js';
export { paymentMetrics } from './registry/payment-metrics.js';
export { orderMetrics } from './registry/order-metrics.js';
export {
  attributeGroups,
  everyLine,
  messagingLines,
  metrics,
  onAnySpan,
  spans,
  type AttributeGroup,
  type MessagingLine,
  type Metric,
  type ServiceName,
  type SpanPattern,
} from './registry/index.js';
export { samplerNames } from './sampler-names.js';
export { endTelemetry, flushTelemetry, startTelemetry } from './start-telemetry.js';
