import { histogramOf, orderMetrics } from '@waybill/telemetry';
import type { Order } from './order.js';

const duration = histogramOf(orderMetrics.settleDuration);

/** How long its customer has waited for the word. */
export function measureSettled({ status, createdAt, settledAt }: Order): void {
  if (settledAt) duration.record((settledAt.getTime() - createdAt.getTime()) / 1_000, { status });
}
