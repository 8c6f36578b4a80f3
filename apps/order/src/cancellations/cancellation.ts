import { refundCommand, timeIsUp, unchanged, type Decision, type Order } from '../orders/order.js';
import { refundedEvent } from '../orders/order-messages.js';

/** How a cancellation stands, as the API shows it beside the order's status. */
export interface Cancellation {
  /** `cancelled`: the order ended without money. `refunded`: it was confirmed, and money and stock are back. */
  readonly state: 'requested' | 'cancelled' | 'refunded';
  readonly at: string;
}

/**
 * Its customer no longer wants it. While it is pending only payment knows whether the money has moved, so it is asked,
 * as when its time is up; a confirmed one is given back. Asked before: nothing more to do.
 */
export function cancellationRequested(order: Order, at: Date): Decision {
  if (order.cancelRequestedAt || !isCancellable(order)) return unchanged(order);
  const asked: Order = { ...order, cancelRequestedAt: at };
  if (order.status === 'PENDING') return timeIsUp(asked);
  if (order.totalCents === 0) return refunded(asked, at);
  return { order: asked, stock: 'keep', announcements: [refundCommand(asked)] };
}

/** Rejected and expired orders took nothing that could be given back. */
export const isCancellable = ({ status }: Order): boolean => status === 'PENDING' || status === 'CONFIRMED';

/** Safe twice: what was given back is given back once. */
export const paymentRefunded = (order: Order, at: Date): Decision =>
  order.status === 'CONFIRMED' && order.cancelRequestedAt && !order.refundedAt
    ? refunded(order, at)
    : unchanged(order);

function refunded(order: Order, at: Date): Decision {
  const given: Order = { ...order, refundedAt: at };
  return { order: given, stock: 'takeBack', announcements: [refundedEvent(given)] };
}

/** Of an order whose cancellation was requested. */
export function cancellationOf({ status, cancelRequestedAt, refundedAt, settledAt }: Order): Cancellation {
  if (refundedAt) return { state: 'refunded', at: refundedAt.toISOString() };
  if (status === 'REJECTED' || status === 'EXPIRED')
    return { state: 'cancelled', at: settledAt!.toISOString() };
  return { state: 'requested', at: cancelRequestedAt!.toISOString() };
}
