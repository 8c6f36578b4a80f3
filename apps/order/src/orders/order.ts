import { CancelPayment, RefundPayment } from '@waybill/contracts';
import type { NewMessage } from '@waybill/outbox';
import { announce } from './announcement.js';
import { paymentRequest, settledEvent } from './order-messages.js';

export type OrderStatus = 'PENDING' | 'CONFIRMED' | 'REJECTED' | 'EXPIRED';

export interface OrderLine {
  readonly sku: string;
  readonly quantity: number;
  readonly unitPriceCents: number;
  /** Of the product as it was when the order was placed. */
  readonly imageS3Key?: string;
}

export interface Order {
  readonly orderId: string;
  readonly customerId: string;
  /** Where its invoice goes; without it nobody is told. */
  readonly customerEmail?: string;
  readonly status: OrderStatus;
  readonly reason?: string;
  readonly totalCents: number;
  readonly currency: string;
  readonly express: boolean;
  /** Its quantities are counted in `products.reserved`. */
  readonly stockReserved: boolean;
  readonly createdAt: Date;
  readonly settledAt?: Date;
  /** Its customer no longer wants it. */
  readonly cancelRequestedAt?: Date;
  /** Of a confirmed one: the money is given back, the stock is on the shelf again. */
  readonly refundedAt?: Date;
}

/** As it was placed; its lines never change. */
export interface NewOrder {
  readonly order: Order;
  readonly lines: readonly OrderLine[];
}

/** What a decision changes: the order's next state, what becomes of its reserved stock, and what is announced. */
export interface Decision {
  readonly order: Order;
  readonly stock: 'keep' | 'release' | 'sell' | 'takeBack';
  readonly announcements: readonly NewMessage[];
}

/** Nothing to decide any more. */
export const unchanged = (order: Order): Decision => ({ order, stock: 'keep', announcements: [] });

/** Stock is held: ask for the money, unless there is none to ask for. */
export function stockReserved(order: Order, at: Date): Decision {
  const reserved: Order = { ...order, stockReserved: true };
  if (order.totalCents === 0) return confirmed(reserved, at);
  return { order: reserved, stock: 'keep', announcements: [paymentRequest(reserved)] };
}

export const outOfStock = (order: Order, at: Date): Decision => rejected(order, 'out-of-stock', at);

/** Paid. Safe twice: a settled order stays as it is. */
export const paymentCaptured = (order: Order, at: Date): Decision =>
  order.status === 'PENDING' ? capturedOrder(order, at) : unchanged(order);

export const paymentDeclined = (order: Order, because: string, at: Date): Decision =>
  order.status === 'PENDING' ? rejected(order, because, at) : unchanged(order);

/** Nobody knows yet whether the money moved: it keeps waiting, and says what for. */
export const paymentUnknown = (order: Order): Decision =>
  order.status === 'PENDING' ? unchanged({ ...order, reason: 'payment-unknown' }) : unchanged(order);

/** The charge key is dead, so nobody can be charged any more. */
export const paymentCancelled = (order: Order, because: string, at: Date): Decision =>
  order.status === 'PENDING' ? expired(order, because, at) : unchanged(order);

/** Its time is up; only payment knows whether the money has moved, so this only asks. */
export function timeIsUp(order: Order): Decision {
  if (order.status !== 'PENDING') return unchanged(order);
  const { orderId, customerId } = order;
  const because = order.cancelRequestedAt ? 'cancelled' : 'expired';
  const question = announce(CancelPayment, order, { orderId, customerId, because });
  return { order, stock: 'keep', announcements: [question] };
}

/** Where the customer asked to cancel while the money moved, it is sold and given back, as it would be a moment later. */
function capturedOrder(order: Order, at: Date): Decision {
  const decision = confirmed(order, at);
  if (!order.cancelRequestedAt) return decision;
  return { ...decision, announcements: [...decision.announcements, refundCommand(order)] };
}

export function refundCommand(order: Order): NewMessage {
  const { orderId, customerId } = order;
  return announce(RefundPayment, order, { orderId, customerId, because: 'cancelled' });
}

const confirmed = (order: Order, at: Date): Decision => settle(order, { status: 'CONFIRMED' }, 'sell', at);

const rejected = (order: Order, reason: string, at: Date): Decision =>
  settle(order, { status: 'REJECTED', reason }, 'release', at);

const expired = (order: Order, reason: string, at: Date): Decision =>
  settle(order, { status: 'EXPIRED', reason }, 'release', at);

function settle(
  order: Order,
  outcome: Pick<Order, 'status' | 'reason'>,
  stock: 'release' | 'sell',
  at: Date,
): Decision {
  const { reason: _replaced, ...rest } = order;
  const settled: Order = { ...rest, ...outcome, stockReserved: false, settledAt: at };
  return {
    order: settled,
    stock: order.stockReserved ? stock : 'keep',
    announcements: [settledEvent(settled)],
  };
}
