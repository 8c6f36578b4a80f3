import {
  NotificationRequested,
  OrderConfirmed,
  OrderCreated,
  OrderExpired,
  OrderRefunded,
  OrderRejected,
  PaymentRequested,
} from '@waybill/contracts';
import type { PayloadOf } from '@waybill/messaging';
import type { NewMessage } from '@waybill/outbox';
import { imagesOf, invoiceOf } from '../invoices/invoice.js';
import { announceOnce } from './announcement.js';
import type { Order, OrderLine } from './order.js';

/*
 * What is told of an order once, each from the order as it is stored and from nothing else: told again years later, it is
 * the same message, id and bytes (ADR 0028).
 */

/** Its first event. */
export function createdEvent(order: Order, lines: readonly OrderLine[]): NewMessage {
  const payload: PayloadOf<typeof OrderCreated> = {
    ...facts(order),
    customerEmail: order.customerEmail ?? null,
    delivery: order.express ? 'express' : 'standard',
    lines: lines.map(({ sku, quantity, unitPriceCents }) => ({ sku, quantity, unitPriceCents })),
    createdAt: order.createdAt.toISOString(),
  };
  return announceOnce(OrderCreated, order, payload, order.createdAt);
}

/** Its stock is held: the command to charge it. */
export function paymentRequest(order: Order): NewMessage {
  const { orderId, customerId, totalCents, currency } = order;
  return announceOnce(PaymentRequested, order, { orderId, customerId, amountCents: totalCents, currency });
}

/** How it ended. */
export function settledEvent(order: Order): NewMessage {
  const at = order.settledAt!;
  const ended = { ...facts(order), settledAt: at.toISOString() };
  const reason = order.reason ?? '';
  switch (order.status) {
    case 'CONFIRMED':
      return announceOnce(OrderConfirmed, order, ended, at);
    case 'REJECTED':
      return announceOnce(OrderRejected, order, { ...ended, reason }, at);
    case 'EXPIRED':
      return announceOnce(OrderExpired, order, { ...ended, reason }, at);
    case 'PENDING':
      throw new TypeError(`order ${order.orderId} has not ended`);
  }
}

export function refundedEvent(order: Order): NewMessage {
  const at = order.refundedAt!;
  return announceOnce(OrderRefunded, order, { ...facts(order), refundedAt: at.toISOString() }, at);
}

/** For whoever was sold something and said where to write to. */
export function notificationOf(order: Order, lines: readonly OrderLine[]): NewMessage[] {
  const { customerEmail, settledAt } = order;
  if (!customerEmail) return [];
  const [invoice, image_s3_keys] = [invoiceOf(order, lines), imagesOf(lines)];
  const payload = { ...facts(order), customerEmail, invoice, image_s3_keys };
  return [announceOnce(NotificationRequested, order, payload, settledAt)];
}

function facts({ orderId, customerId, totalCents, currency }: Order) {
  return { orderId, customerId, totalCents, currency };
}
