import type { NewMessage } from '@waybill/outbox';
import { orderOf, placedOrder } from '../contest/placed-order.ts';

export const keys = 1_000;

export function eventsFrom(first: number, count: number): NewMessage<typeof placedOrder>[] {
  return Array.from({ length: count }, (_, index) => {
    const number = first + index;
    const key = `customer-${number % keys}`;
    return { contract: placedOrder, key, subject: key, payload: orderOf(number, key) };
  });
}
