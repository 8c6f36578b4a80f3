export {
  counterOf,
  histogramOf,
  show,
  showTogether,
  type AttributesOf,
  type Reading,
} from './instruments.js';
export { LastLook } from './last-look.js';
export { messagingLog, type LineWriter } from './messaging-log.js';
export { messagingMetrics } from './messaging-metrics.js';
export { messagingTelemetry } from './messaging-telemetry.js';
export { metricsContentType, metricsPage } from './metrics-page.js';
export { showSubscriptions } from './subscription-metrics.js';
export { startTelemetry } from './start-telemetry.js';
export { databaseMetrics, requestMetrics } from './registry/request-metrics.js';
export { auditMetrics } from './registry/audit-metrics.js';
export { paymentMetrics } from './registry/payment-metrics.js';
export { orderMetrics } from './registry/order-metrics.js';
export {
  messagingLines,
  metrics,
  spans,
  type MessagingLine,
  type Metric,
  type ServiceName,
  type SpanPattern,
} from './registry/index.js';
