export { messagingLog, type LineWriter } from './messaging-log.js';
export { startTelemetry } from './start-telemetry.js';
