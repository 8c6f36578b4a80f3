import type { Order, OrderStatus } from '../order-api/order-api.js';
import { percentile } from './percentile.js';

interface PlacedOrder {
  postedAtMs: number;
  status: OrderStatus;
  settledAtMs?: number;
}

export interface Counts {
  accepted: number;
  refused: number;
  /** Answers 503 with `Retry-After`; the order was sent again. */
  shed: number;
  unanswered: number;
  confirmed: number;
  rejected: number;
  expired: number;
  pending: number;
}

/** What this run posted, and how far each order has come. Times are milliseconds of the machine's clock. */
export class OrderBook {
  firstPostAtMs?: number;
  firstOrderAtMs?: number;
  lastAcceptAtMs?: number;
  refused = 0;
  shed = 0;
  unanswered = 0;
  private readonly orders = new Map<string, PlacedOrder>();

  accept(orderId: string, postedAtMs: number, acceptedAtMs: number): void {
    this.orders.set(orderId, { postedAtMs, status: 'PENDING' });
    this.firstOrderAtMs ??= acceptedAtMs;
    this.lastAcceptAtMs = acceptedAtMs;
  }

  /** Takes any order the API shows; those of other runs and those still pending change nothing. */
  see({ orderId, status, settledAt }: Order): void {
    const order = this.orders.get(orderId);
    if (!order || status === 'PENDING') return;
    Object.assign(order, { status, settledAtMs: settledAt ? Date.parse(settledAt) : undefined });
  }

  orderIds(): string[] {
    return [...this.orders.keys()];
  }

  pendingIds(): string[] {
    return this.orderIds().filter((orderId) => this.orders.get(orderId)?.status === 'PENDING');
  }

  counts(): Counts {
    const { refused, shed, unanswered } = this;
    return {
      accepted: this.orders.size,
      refused,
      shed,
      unanswered,
      confirmed: this.countOf('CONFIRMED'),
      rejected: this.countOf('REJECTED'),
      expired: this.countOf('EXPIRED'),
      pending: this.countOf('PENDING'),
    };
  }

  /** From the start of the first POST to the order's own `settledAt`. */
  latencyMs(share: number): number | undefined {
    const latencies = this.settled().map((order) => order.settledAtMs - order.postedAtMs);
    return percentile(latencies, share);
  }

  /** Settled orders over the time from the first POST to the last settlement. */
  ordersPerSecond(): number {
    const settledAtMs = this.settled().map((order) => order.settledAtMs);
    const lastMs = settledAtMs.reduce((last, each) => Math.max(last, each), 0);
    const elapsedMs = lastMs - (this.firstPostAtMs ?? lastMs);
    return elapsedMs > 0 ? (settledAtMs.length * 1000) / elapsedMs : 0;
  }

  private settled() {
    return [...this.orders.values()].filter(
      (order) => order.settledAtMs !== undefined,
    ) as Required<PlacedOrder>[];
  }

  private countOf(status: OrderStatus): number {
    return [...this.orders.values()].filter((order) => order.status === status).length;
  }
}
