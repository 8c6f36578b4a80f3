import { writeEnvelope, type Message } from '@waybill/messaging';
import { v7 } from 'uuid';
import { orderOf, placedOrder } from '../contest/placed-order.ts';

/** Number `number` of a topic whose messages go round `keys` keys. */
export function eventMessage(number: number, keys: number): Message {
  const key = `customer-${number % keys}`;
  const attributes = writeEnvelope({
    id: v7(),
    type: placedOrder.type,
    source: '/bench',
    subject: key,
    time: new Date().toISOString(),
    dataschema: placedOrder.dataschema,
    sequence: 1 + Math.floor(number / keys),
  });
  return { key, attributes, headers: {}, body: placedOrder.encode(orderOf(number, key)) };
}
