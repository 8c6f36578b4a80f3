import type { ActivityCounts } from '../activity/count-activity.js';
import type { OrderBook } from '../replay/order-book.js';

export interface RunResult {
  runId: string;
  /** Answers 202. */
  orders: number;
  confirmed: number;
  rejected: number;
  expired: number;
  /** Without a final state when their time was up; a run that was interrupted calls them `pending` instead. */
  stuck: number;
  pending: number;
  refused: number;
  /** Answers 503 with `Retry-After`, after which the order was sent again with the same key. */
  shed: number;
  /** Given up while it was unknown whether the order exists. */
  unanswered: number;
  ordersPerSecond: number;
  p50Ms?: number;
  p99Ms?: number;
  firstOrderAt?: string;
  sampleOrderId?: string;
  orderIdsFile?: string;
  /** Where looks were asked for. */
  activity?: ActivityCounts;
}

export function runResult(runId: string, book: OrderBook, interrupted: boolean): RunResult {
  const { accepted, pending, ...counts } = book.counts();
  return {
    runId,
    orders: accepted,
    ...counts,
    stuck: interrupted ? 0 : pending,
    pending: interrupted ? pending : 0,
    ordersPerSecond: Number(book.ordersPerSecond().toFixed(1)),
    p50Ms: book.latencyMs(0.5),
    p99Ms: book.latencyMs(0.99),
    firstOrderAt: book.firstOrderAtMs === undefined ? undefined : new Date(book.firstOrderAtMs).toISOString(),
    sampleOrderId: sampleOf(book),
  };
}

/** One from the middle: the first orders of a run pay for cold caches and show nothing typical. */
function sampleOf(book: OrderBook): string | undefined {
  const orderIds = book.orderIds();
  return orderIds[Math.floor(orderIds.length / 2)];
}
