import type { MessagingEvents } from '@waybill/messaging';
import { connectionMetrics } from './connection-metrics.js';
import { messagingLog, type LineWriter } from './messaging-log.js';
import { outboxMetrics } from './outbox-metrics.js';
import { messagingMetrics } from './messaging-metrics.js';

/** Log lines and metrics out of messaging's events: what a service gives its brokers and subscriptions to tell. */
export function messagingTelemetry(lines: LineWriter): MessagingEvents {
  const listeners = [messagingLog(lines), messagingMetrics(), connectionMetrics(), outboxMetrics()];
  return { emit: (event) => listeners.forEach((listener) => listener.emit(event)) };
}
