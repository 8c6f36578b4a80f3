import { createHash } from 'node:crypto';
import { uuidV7 } from '@waybill/service-kit';
import type { AnsweredRequest, KeyedRequest } from '../idempotency/idempotency-keys.store.js';
import { OrderError } from './order.errors.js';
import type { NewOrder, Order } from './order.js';
import type { PlaceOrderBody } from './place-order.schema.js';
import { priceLines, type Price } from './price-lines.js';
import type { Asked } from './take-together.js';

export interface Placed {
  readonly orderId: string;
  readonly status: 'PENDING';
}

/** What `POST /orders` asks for, under the key by which it is answered once. */
export interface Placement extends KeyedRequest {
  readonly body: PlaceOrderBody;
}

/** An order that can be accepted as of now. */
export interface Draft extends NewOrder, AnsweredRequest<Placed>, Pick<Asked<Placement>, 'within'> {}

export function placementOf(body: PlaceOrderBody, key: string): Placement {
  return { body, customerId: body.customerId, route: 'POST /orders', key, bodyHash: hashOf(body) };
}

/** The order and its answer, or the rule that the body breaks. */
export function draftOf(
  { request: { body, ...keyed }, within }: Asked<Placement>,
  prices: ReadonlyMap<string, Price>,
): Draft | OrderError {
  try {
    const { lines, totalCents } = priceLines(body, prices);
    const order = newOrder(body, totalCents);
    return { ...keyed, within, order, lines, answer: { orderId: order.orderId, status: 'PENDING' } };
  } catch (error) {
    if (error instanceof OrderError) return error;
    throw error;
  }
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
