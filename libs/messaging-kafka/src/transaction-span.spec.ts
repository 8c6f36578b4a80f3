import { afterAll, beforeEach, expect, test } from '@jest/globals';
import { context, propagation, SpanKind, trace } from '@opentelemetry/api';
import { W3CTraceContextPropagator } from '@opentelemetry/core';
import { InMemorySpanExporter, NodeTracerProvider, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-node';
import type { Processing, ReadMessage } from './processing.js';
import { transactionSpan } from './transaction-span.js';

const exporter = new InMemorySpanExporter();
const provider = new NodeTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] });
provider.register({ propagator: new W3CTraceContextPropagator() });
beforeEach(() => exporter.reset());
afterAll(async () => {
  await provider.shutdown();
  [context, propagation, trace].forEach((api) => api.disable());
});

const group = 'sales-per-minute';
const processing: Processing = { group, from: 'order-events', process: () => [] };
const place = { topic: 'order-events', partition: 2 };

const read = (traceId: string | undefined): ReadMessage => ({
  key: 'k',
  attributes: traceId ? { traceparent: `00-${traceId}-b7ad6b7169203331-01` } : {},
  headers: {},
  body: Buffer.from(''),
  offset: '1',
});

test(`a transaction, such as one of ${group}, is one span: a root, linked to each message it read`, () => {
  const [one, other] = ['1'.repeat(32), '2'.repeat(32)];
  transactionSpan([read(one), read(other), read(undefined)], processing, place).end();
  const [span] = exporter.getFinishedSpans();
  expect(span).toMatchObject({ name: `process ${group}`, kind: SpanKind.CONSUMER });
  expect(span!.parentSpanContext).toBeUndefined();
  expect(span!.links.map(({ context: { traceId } }) => traceId)).toEqual([one, other]);
  expect(span!.attributes).toEqual({
    'messaging.system': 'kafka',
    'messaging.operation.name': 'process',
    'messaging.operation.type': 'process',
    'messaging.destination.name': 'order-events',
    'messaging.destination.partition.id': '2',
    'messaging.destination.subscription.name': group,
    'messaging.consumer.group.name': group,
    'messaging.batch.message_count': 3,
  });
});
