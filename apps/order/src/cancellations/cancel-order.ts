import { createHash } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { DATABASE, type PrismaDatabase } from '@waybill/service-kit';
import { IdempotencyKeysStore } from '../idempotency/idempotency-keys.store.js';
import { CarryOut } from '../orders/carry-out.js';
import type { Order } from '../orders/order.js';
import { OrdersStore } from '../orders/orders.store.js';
import { cancellationOf, cancellationRequested, isCancellable, type Cancellation } from './cancellation.js';
import { CancellationError } from './cancellation.errors.js';

export interface Cancelling {
  readonly orderId: string;
  readonly cancellation: Cancellation;
}

/** There is no body, so every request under a key is the same request. */
const bodyHash = createHash('sha256').digest();

/** Takes a customer's wish to cancel: the wish, its key with the answer, and what is asked of payment are one transaction. */
@Injectable()
export class CancelOrder {
  constructor(
    @Inject(DATABASE) private readonly database: PrismaDatabase,
    private readonly keys: IdempotencyKeysStore,
    private readonly orders: OrdersStore,
    private readonly carryOut: CarryOut,
  ) {}

  /** Safe twice, under the same key and under another: an order is cancelled once. */
  cancel(orderId: string, key: string): Promise<Cancelling> {
    return this.database.transaction(async (transaction) => {
      // Locked, so that the order cannot settle between the look at it and the question to payment.
      const order = await this.orders.lock(orderId, transaction);
      if (!order) throw new CancellationError('order-not-found', `There is no order ${orderId}.`);
      refuseEnded(order);
      const decision = cancellationRequested(order, new Date());
      const answer: Cancelling = { orderId, cancellation: cancellationOf(decision.order) };
      const route = `POST /orders/${orderId}/cancellations`;
      const request = { customerId: order.customerId, route, key, bodyHash, answer };
      const answeredBefore = await this.keys.claim(request, transaction);
      if (answeredBefore) return answeredBefore;
      await this.carryOut.apply(decision, transaction);
      return answer;
    });
  }
}

/** An order that ended before anybody asked; one that ended because of it is answered as before. */
function refuseEnded(order: Order): void {
  if (order.cancelRequestedAt || isCancellable(order)) return;
  const because = order.reason ? ` (${order.reason})` : '';
  throw new CancellationError('order-ended', `The order is ${order.status}${because}: nothing was charged.`);
}
