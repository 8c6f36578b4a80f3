import { createHash } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { ExpireOrder } from '@waybill/contracts';
import type { SqlTransaction } from '@waybill/messaging';
import { Outbox } from '@waybill/outbox';
import { DATABASE, uuidV7, type PrismaDatabase } from '@waybill/service-kit';
import { IdempotencyKeysStore, type KeyedRequest } from '../idempotency/idempotency-keys.store.js';
import { ProductsStore } from '../stock/products.store.js';
import { announce } from './announcement.js';
import type { Order } from './order.js';
import { createdEvent } from './order-messages.js';
import { OrdersStore } from './orders.store.js';
import type { PlaceOrderBody } from './place-order.schema.js';
import { priceLines, type Priced } from './price-lines.js';

export interface Placed {
  readonly orderId: string;
  readonly status: 'PENDING';
}

/** Accepts an order: the order, its key with the answer, and its first messages are one transaction. */
@Injectable()
export class PlaceOrder {
  constructor(
    @Inject(DATABASE) private readonly database: PrismaDatabase,
    private readonly products: ProductsStore,
    private readonly keys: IdempotencyKeysStore,
    private readonly orders: OrdersStore,
    private readonly outbox: Outbox,
  ) {}

  /** The same key and body answer the same order; an `OrderError` says what the request breaks. */
  place(body: PlaceOrderBody, key: string): Promise<Placed> {
    return this.database.transaction(async (transaction) => {
      const skus = body.lines.map(({ sku }) => sku);
      const priced = priceLines(body, await this.products.prices(skus, transaction));
      const order = newOrder(body, priced.totalCents);
      const answer: Placed = { orderId: order.orderId, status: 'PENDING' };
      const answeredBefore = await this.keys.claim({ ...requestOf(body, key), answer }, transaction);
      if (answeredBefore) return answeredBefore;
      await this.write(order, priced, transaction);
      return answer;
    });
  }

  /** What `place` has answered to the same key and body; nothing when it has not, or not yet. Changes nothing. */
  placedBefore(body: PlaceOrderBody, key: string): Promise<Placed | undefined> {
    return this.keys.find(requestOf(body, key), this.database);
  }

  private async write(order: Order, priced: Priced, transaction: SqlTransaction): Promise<void> {
    const { orderId, customerId } = order;
    await this.orders.insert(order, priced.lines, transaction);
    const expiry = announce(ExpireOrder, order, { orderId, customerId });
    await this.outbox.add([createdEvent(order, priced.lines), expiry], transaction);
  }
}

function requestOf(body: PlaceOrderBody, key: string): KeyedRequest {
  return { customerId: body.customerId, route: 'POST /orders', key, bodyHash: hashOf(body) };
}

function newOrder(
  { customerId, customerEmail, currency, express }: PlaceOrderBody,
  totalCents: number,
): Order {
  return {
    orderId: uuidV7(),
    customerId,
    ...(customerEmail !== undefined && { customerEmail }),
    status: 'PENDING',
    totalCents,
    currency,
    express,
    stockReserved: false,
    createdAt: new Date(),
  };
}

/** Of the checked body, so that spelling out a default or reordering fields is still the same request. */
function hashOf({ customerId, customerEmail, lines, currency, express }: PlaceOrderBody): Uint8Array {
  const canonical = [
    customerId,
    customerEmail ?? null,
    lines.map(({ sku, quantity }) => [sku, quantity]),
    currency,
    express,
  ];
  return createHash('sha256').update(JSON.stringify(canonical)).digest();
}
