import { randomInt, randomUUID } from 'node:crypto';
import type { Contract } from '@waybill/messaging';

/** An event as services send it: some 350 bytes of JSON, alike in form and different in content. */
export interface PlacedOrder {
  readonly number: number;
  readonly orderId: string;
  readonly customerId: string;
  readonly customerEmail: string;
  readonly lines: readonly { readonly sku: string; readonly quantity: number; readonly priceCents: number }[];
  readonly totalCents: number;
  readonly currency: string;
  readonly placedAt: string;
}

export const placedOrder: Contract<PlacedOrder> = {
  type: 'bench.order.placed',
  dataschema: 'urn:bench:order-placed:v1',
  decode: ({ body }) => JSON.parse(Buffer.from(body).toString()) as PlacedOrder,
  encode: (order) => Buffer.from(JSON.stringify(order)),
};

export function orderOf(number: number, customerId: string): PlacedOrder {
  const lines = Array.from({ length: 1 + (number % 3) }, () => ({
    sku: `CD-${randomInt(400, 5_000)}`,
    quantity: randomInt(1, 5),
    priceCents: randomInt(400, 5_000),
  }));
  return {
    number,
    orderId: randomUUID(),
    customerId,
    customerEmail: `${customerId}@example.org`,
    lines,
    totalCents: lines.reduce((sum, { quantity, priceCents }) => sum + quantity * priceCents, 0),
    currency: 'USD',
    placedAt: new Date().toISOString(),
  };
}
