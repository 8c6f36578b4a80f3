import type { Batch, KafkaMessage } from 'kafkajs';
import type { TopicMessage } from './evidence.ts';

/**
 * Bytes without an id belong to nobody's way: they are the dead letters' affair. So is what names no order, but a reader
 * that takes any bytes may have kept it: its order's id is empty.
 */
export function topicMessages({ topic, partition, messages }: Batch): TopicMessage[] {
  return messages.flatMap((message) => {
    const { id, type, orderId } = { ...identityOf(message), orderId: orderIdIn(message.value) };
    if (!id || !type) return [];
    return [
      { topic, partition, offset: BigInt(message.offset), key: String(message.key ?? ''), id, type, orderId },
    ];
  });
}

const identityOf = ({ headers = {} }: KafkaMessage) => ({
  id: headers['ce_id']?.toString(),
  type: headers['ce_type']?.toString(),
});

function orderIdIn(body: Buffer | null): string {
  const value = parsed(body);
  const orderId = (value as { orderId?: unknown } | null)?.orderId;
  return typeof orderId === 'string' ? orderId : '';
}

/** Poison is expected in a topic under test, and means the same as "no order". */
function parsed(body: Buffer | null): unknown {
  try {
    return JSON.parse(String(body));
  } catch {
    return undefined;
  }
}
