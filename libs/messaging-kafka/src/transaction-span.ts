import { ROOT_CONTEXT, SpanKind, trace, type Link } from '@opentelemetry/api';
import { messagingAttributes, spanContextFrom, TracedSpan } from '@waybill/messaging';
import type { Place } from './kafka-delivery.js';
import type { Processing, ReadMessage } from './processing.js';

const tracer = trace.getTracer('@waybill/messaging-kafka');

/** What is made of many messages belongs to no one's trace; it is linked to each of theirs. */
export function transactionSpan(
  read: readonly ReadMessage[],
  { group }: Processing,
  { topic: address, partition }: Place,
): TracedSpan {
  const attributes = () => ({
    ...messagingAttributes('kafka', { address, partition, subscription: group }),
    'messaging.operation.name': 'process',
    'messaging.operation.type': 'process',
    'messaging.consumer.group.name': group,
    'messaging.batch.message_count': read.length,
  });
  const description = {
    name: `process ${group}`,
    kind: SpanKind.CONSUMER,
    attributes,
    links: () => read.flatMap(linkTo),
  };
  return new TracedSpan(tracer, description, ROOT_CONTEXT);
}

function linkTo({ attributes }: ReadMessage): Link[] {
  const context = spanContextFrom(attributes['traceparent']);
  return context ? [{ context }] : [];
}
