export { messagingLog, type LineWriter } from './messaging-log.js';
export { messagingMetrics } from './messaging-metrics.js';
export { messagingSpans } from './messaging-spans.js';
export { messagingTelemetry } from './messaging-telemetry.js';
export { metricsContentType, metricsPage } from './metrics-page.js';
export { startTelemetry } from './start-telemetry.js';
