import { writeEnvelope, type Message, type OutgoingMessage } from '@waybill/messaging';
import { randomUUID } from 'node:crypto';

export function messageOf(text: string, changes: Partial<Message> = {}): Message {
  return {
    key: 'customer-1',
    attributes: writeEnvelope({
      id: randomUUID(),
      type: 'order.created',
      source: '/orders',
      subject: 'order-1',
      time: '2026-01-01T00:00:00.000Z',
      dataschema: 'order.created.v1',
      sequence: 1,
      traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
    }),
    headers: {},
    body: Buffer.from(text),
    ...changes,
  };
}

/** Texts `0` to `count − 1`, each with the key that `keyOf` gives it. */
export function numbered(
  address: string,
  count: number,
  keyOf = (index: number): string => `customer-${index % 50}`,
): OutgoingMessage[] {
  return Array.from({ length: count }, (_, index) => ({
    address,
    message: messageOf(String(index), { key: keyOf(index) }),
  }));
}
