import { writeEnvelope, type DeliveryNotice, type Message } from '@waybill/messaging';
import { uuidV7 } from '@waybill/service-kit';

export type TestEvent = Message;

export interface TestEventFacts {
  readonly type: string;
  readonly orderId: string;
  readonly key: string;
  readonly sequence: number;
  readonly time: string;
  readonly body: string;
}

export function eventOf(facts: Partial<TestEventFacts> = {}): TestEvent {
  const { type = 'order.created', orderId = uuidV7(), key = 'customer', sequence = 1 } = facts;
  const { time = new Date().toISOString(), body = '{"any":"bytes"}' } = facts;
  const attributes = writeEnvelope({
    id: uuidV7(),
    type,
    source: '/waybill/test',
    subject: orderId,
    time,
    dataschema: `urn:waybill:${type}:v1`,
    sequence,
    traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
  });
  return { key, attributes, headers: { 'x-origin': 'test' }, body: Buffer.from(body) };
}

export const idOf = ({ attributes }: TestEvent): string => attributes['id']!;

/** As many events of one customer, numbered from 1. */
export function eventsOf(key: string, count: number): TestEvent[] {
  return Array.from({ length: count }, (_, index) => eventOf({ key, sequence: index + 1 }));
}

/** What a consumer tells of a delivery of one of the order's messages. */
export function noticeOf(
  notice: Omit<DeliveryNotice, 'type' | 'address' | 'messageId'> & { readonly messageId?: string },
): TestEvent {
  const about = { messageId: uuidV7(), type: 'payment.requested', address: 'payment_queue' };
  const { kind, subject, at } = notice;
  const body = JSON.stringify({ ...about, ...notice });
  return eventOf({ type: `delivery.${kind}`, orderId: subject, key: subject, time: at, body });
}
